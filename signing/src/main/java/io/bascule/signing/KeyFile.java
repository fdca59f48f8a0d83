package io.bascule.signing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
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

    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final int MAX_SIZE = 64 << 10;
    private static final int PEM_WIDTH = 64;

    private KeyFile() {}

    /**
     * {@return a signer with the private key in a file; its public key is read from {@code NAME.pub} beside it, or, if
     * there is no such file, computed from an RSA key}
     *
     * @throws KeyFileException if one of the files does not hold such a key, or the two do not belong together
     */
    public static Signer readSigner(Path privateKey) throws IOException {
        var key = readPrivate(privateKey);
        var publicFile = publicFileOf(privateKey);
        var publicKey = Files.exists(publicFile) ? readPublic(publicFile) : derivePublic(privateKey, key, publicFile);
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
        var der = pem(file, PUBLIC);
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
        write(file, PRIVATE, key.getEncoded(), "rw-------");
    }

    /** Writes a public key. Never replaces a file. */
    static void writePublic(Path file, PublicKey key) throws IOException {
        write(file, PUBLIC, key.getEncoded(), "rw-r--r--");
    }

    private static void write(Path file, String label, byte[] der, String mode) throws IOException {
        var text = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(PEM_WIDTH, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + label + "-----\n";
        writeNew(file, text, mode);
    }

    /**
     * Writes a file that appears whole or not at all.
     *
     * @param mode of the file from its first moment, like {@code rw-------}, where the file system knows modes
     */
    static void writeNew(Path file, String text, String mode) throws IOException {
        var folder = file.toAbsolutePath().getParent();
        var posix = folder != null && Files.getFileStore(folder).supportsFileAttributeView("posix");
        var attributes = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
        var temporary = Files.createTempFile(folder, "." + file.getFileName() + ".", ".new", attributes);
        try {
            Files.writeString(temporary, text);
            Files.move(temporary, file);
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
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

    private static PrivateKey readPrivate(Path file) throws IOException {
        var der = pem(file, PRIVATE);
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

    private static PublicKey derivePublic(Path privateKey, PrivateKey key, Path publicFile) throws IOException {
        if (!(key instanceof RSAPrivateCrtKey rsa)) {
            throw new KeyFileException(
                    publicFile,
                    "missing: the public key of " + privateKey,
                    "openssl pkey -in " + privateKey + " -pubout -out " + publicFile);
        }
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
        } catch (GeneralSecurityException e) {
            throw unknownKind(privateKey);
        }
    }

    private static byte[] pem(Path file, String label) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new KeyFileException(
                    file, "there is no such file", "give a file with a key; bascule keys new makes one");
        }
        if (!Files.isReadable(file)) {
            throw new KeyFileException(file, "not readable for this user", "change its owner or its mode");
        }
        if (Files.size(file) > MAX_SIZE) {
            throw noPem(file, label);
        }
        var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        var body = body(text, label);
        if (body.isEmpty()) {
            throw hasOther(file, text).orElseGet(() -> noPem(file, label));
        }
        try {
            return Base64.getMimeDecoder().decode(body.get());
        } catch (IllegalArgumentException e) {
            throw noPem(file, label);
        }
    }

    private static Optional<String> body(String text, String label) {
        var begin = "-----BEGIN " + label + "-----";
        var found = text.indexOf(begin);
        if (found < 0) {
            return Optional.empty();
        }
        var start = found + begin.length();
        var end = text.indexOf("-----END " + label + "-----", start);
        return end < 0 ? Optional.empty() : Optional.of(text.substring(start, end));
    }

    private static Optional<KeyFileException> hasOther(Path file, String text) {
        if (text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")) {
            return Optional.of(new KeyFileException(
                    file,
                    "a key with a passphrase, which cannot be asked for here",
                    "sign with a copy without one, on a machine that only signs: openssl pkey -in " + file
                            + " -out COPY.key"));
        }
        if (text.contains("-----BEGIN RSA PRIVATE KEY-----") || text.contains("-----BEGIN EC PRIVATE KEY-----")) {
            return Optional.of(new KeyFileException(
                    file,
                    "a private key in its traditional form, not PKCS#8",
                    "convert it: openssl pkey -in " + file + " -out NEW.key"));
        }
        if (text.contains("-----BEGIN PUBLIC KEY-----")) {
            return Optional.of(
                    new KeyFileException(file, "a public key", "give the private one, whose name ends in .key"));
        }
        return Optional.empty();
    }

    private static KeyFileException noPem(Path file, String label) {
        return new KeyFileException(
                file,
                "not a PEM file with a " + label,
                "it must have the lines BEGIN " + label + " and END " + label + ", as openssl pkey writes them");
    }
}
