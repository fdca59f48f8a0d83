package io.bascule.signing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Keys in files, in the forms that {@code openssl pkey} reads and writes: PKCS#8 and SubjectPublicKeyInfo in PEM (RFC
 * 7468). The public key of {@code NAME.key} is {@code NAME.pub} beside it.
 */
public final class KeyFile {
    /** How names of private keys end. */
    public static final String PRIVATE_SUFFIX = ".key";

    /** How names of public keys end. */
    public static final String PUBLIC_SUFFIX = ".pub";

    /** Mode of files for their owner only. */
    static final String PRIVATE_MODE = "rw-------";

    /** Mode of files for everybody. */
    static final String PUBLIC_MODE = "rw-r--r--";

    /** The most bytes of tag and length before the contents of what fits into a key file. */
    private static final int LONGEST_HEADER = 5;

    private KeyFile() {}

    /**
     * {@return a signer with the private key in a file; its public key is read from {@code NAME.pub} beside it, or, if
     * there is no such file, computed from an RSA key}
     *
     * @throws KeyFileException if one of the files does not hold such a key, or the two do not belong together
     */
    public static Signer readSigner(Path privateKey) throws IOException {
        return readSigner(privateKey, PassphraseSource.NONE);
    }

    /**
     * {@return a signer like {@link #readSigner(Path)}, also with a key under a passphrase}
     *
     * @param passphrases asked if the key has one
     * @throws KeyFileException if one of the files does not hold such a key, the two do not belong together, or the
     *     passphrase is wrong
     */
    public static Signer readSigner(Path privateKey, PassphraseSource passphrases) throws IOException {
        var key = readPrivate(privateKey, passphrases);
        var publicFile = publicFileOf(privateKey);
        var publicKey = Files.exists(publicFile)
                ? readPublic(publicFile)
                : derivePublic(key).orElseThrow(() -> publicHalfMissing(privateKey, publicFile));
        Signer signer;
        try {
            signer = new KeySigner(key, publicKey);
        } catch (IllegalArgumentException e) {
            throw notAPair(privateKey, publicFile);
        }
        var probe = Sha256Digest.ofContent("do these keys belong together?".getBytes(StandardCharsets.UTF_8));
        if (!TrustedKeys.verifies(publicKey, probe, sign(signer, probe, privateKey))) {
            throw notAPair(privateKey, publicFile);
        }
        return signer;
    }

    private static byte[] sign(Signer signer, Sha256Digest probe, Path privateKey) throws IOException {
        try {
            return signer.sign(probe);
        } catch (IOException e) {
            var damaged = new KeyFileException(
                    privateKey,
                    "a key with numbers in it that do not belong together: " + e.getMessage(),
                    "take a copy that is whole; openssl pkey -check -noout -in " + privateKey + " says whether one is");
            damaged.initCause(e);
            throw damaged;
        }
    }

    private static KeyFileException notAPair(Path privateKey, Path publicFile) {
        return new KeyFileException(
                publicFile,
                "not the public key of " + privateKey,
                "make it again: openssl pkey -in " + privateKey + " -pubout -out " + publicFile);
    }

    /**
     * {@return the public key in a file}
     *
     * @throws KeyFileException if there is none of a known kind
     */
    public static PublicKey readPublic(Path file) throws IOException {
        var pem = PemFile.read(file);
        var der = pem.find(PemFile.PUBLIC).orElseThrow(() -> pem.none(PemFile.PUBLIC));
        for (var algorithm : KeyAlgorithm.values()) {
            try {
                return algorithm.decodePublic(der);
            } catch (IllegalArgumentException e) {
                // Of another kind, or none at all.
            }
        }
        throw unknownKind(file);
    }

    /** Writes a private key for its owner only. Never replaces a file. */
    static void writePrivate(Path file, PrivateKey key) throws IOException {
        writeNew(file, PemFile.write(PemFile.PRIVATE, key.getEncoded()), PRIVATE_MODE);
    }

    /** Writes a private key for who is its owner and knows the passphrase. Never replaces a file. */
    static void writePrivate(Path file, PrivateKey key, char[] passphrase) throws IOException {
        var der = EncryptedKey.encrypt(key.getEncoded(), passphrase);
        writeNew(file, PemFile.write(PemFile.ENCRYPTED, der), PRIVATE_MODE);
    }

    /** Writes a public key. Never replaces a file. */
    static void writePublic(Path file, PublicKey key) throws IOException {
        writeNew(file, PemFile.write(PemFile.PUBLIC, key.getEncoded()), PUBLIC_MODE);
    }

    /**
     * Writes a file that appears whole or not at all.
     *
     * @param mode of the file from its first moment, like {@code rw-------}, where the file system knows modes
     */
    static void writeNew(Path file, String text, String mode) throws IOException {
        try {
            write(file, text, mode);
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        }
    }

    /** Replaces a file by one with another text, or writes it new; whoever reads it sees the one or the other. */
    static void replace(Path file, String text, String mode) throws IOException {
        write(file, text, mode, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void write(Path file, String text, String mode, CopyOption... options) throws IOException {
        var folder = file.toAbsolutePath().getParent();
        var posix = folder != null && Files.getFileStore(folder).supportsFileAttributeView("posix");
        var attributes = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
        var temporary = Files.createTempFile(folder, "." + file.getFileName() + ".", ".new", attributes);
        try {
            Files.writeString(temporary, text);
            Files.move(temporary, file, options);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    static KeyFileException exists(Path file) {
        return new KeyFileException(
                file, "is there already; keys are never overwritten", "choose another name or folder");
    }

    static Path publicFileOf(Path privateKey) {
        var name = String.valueOf(privateKey.getFileName());
        var base = name.endsWith(PRIVATE_SUFFIX) ? name.substring(0, name.length() - PRIVATE_SUFFIX.length()) : name;
        return privateKey.resolveSibling(base + PUBLIC_SUFFIX);
    }

    private static PrivateKey readPrivate(Path file, PassphraseSource passphrases) throws IOException {
        var pem = PemFile.read(file);
        var encrypted = pem.find(PemFile.ENCRYPTED);
        if (encrypted.isEmpty()) {
            return decodePrivate(file, pem.find(PemFile.PRIVATE).orElseThrow(() -> pem.none(PemFile.PRIVATE)));
        }
        var passphrase = passphrases.passphrase(file);
        byte[] der;
        try {
            der = EncryptedKey.decrypt(file, encrypted.get(), passphrase);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
        try {
            if (!isPrivateKeyInfo(der)) {
                // One wrong passphrase in 256 ends in bytes that look like a padding.
                throw EncryptedKey.wrongPassphrase(file);
            }
            return decodePrivate(file, der);
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    /** {@return whether this is a SEQUENCE that begins with the version of PrivateKeyInfo, 0 or 1 (RFC 5958, section 2)} */
    private static boolean isPrivateKeyInfo(byte[] der) {
        for (var start = 2; start <= LONGEST_HEADER && start + 2 < der.length; start++) {
            if (der[0] == 0x30 && der[start] == 2 && der[start + 1] == 1 && (der[start + 2] & ~1) == 0) {
                return true;
            }
        }
        return false;
    }

    static PrivateKey decodePrivate(Path file, byte[] der) throws KeyFileException {
        for (var algorithm : List.of("RSA", "EC")) {
            try {
                var key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
                KeyAlgorithm.of(key);
                return key;
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                // Of another kind, or none at all.
            }
        }
        throw unknownKind(file);
    }

    private static KeyFileException unknownKind(Path file) {
        return new KeyFileException(
                file,
                "not an RSA key of 2048 or 4096 bits, nor an EC key on P-256",
                "give such a key; bascule keys new makes one");
    }

    /** {@return the public half of a private key; nothing if it cannot be computed from it} */
    static Optional<PublicKey> derivePublic(PrivateKey key) {
        if (!(key instanceof RSAPrivateCrtKey rsa)) {
            return Optional.empty();
        }
        try {
            return Optional.of(KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent())));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static KeyFileException publicHalfMissing(Path privateKey, Path publicFile) {
        return new KeyFileException(
                publicFile,
                "missing: the public key of " + privateKey,
                "openssl pkey -in " + privateKey + " -pubout -out " + publicFile);
    }
}
