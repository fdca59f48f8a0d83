package io.bascule.signing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.InvalidParameterSpecException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Private keys under a passphrase: EncryptedPrivateKeyInfo (RFC 5958, section 3) by PBES2 (RFC 8018, section 6.2) with PBKDF2
 * over HMAC-SHA-256 and AES-256-CBC, which is what {@code openssl pkcs8 -topk8} writes. Passphrases are UTF-8.
 */
final class EncryptedKey {
    /** What we write: OWASP's figure for PBKDF2-HMAC-SHA256 (Password Storage Cheat Sheet, 2023). */
    static final int ITERATIONS = 600_000;

    /** A file must not be able to keep a machine busy for minutes; this many take some seconds. */
    static final int MAX_ITERATIONS = 2_000_000;

    private static final int SALT_SIZE = 16;
    private static final int BLOCK_SIZE = 16;
    private static final int KEY_BITS = 256;
    private static final String SCHEME = "PBEWithHmacSHA256AndAES_256";

    /** DER of the object identifier 1.2.840.113549.1.5.13, PBES2. */
    private static final byte[] PBES2 = HexFormat.of().parseHex("06092a864886f70d01050d");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;

    private EncryptedKey() {}

    /** {@return the DER of a private key under a passphrase, with random salt and initialization vector} */
    static byte[] encrypt(byte[] pkcs8, char[] passphrase) {
        return encrypt(pkcs8, passphrase, ITERATIONS);
    }

    static byte[] encrypt(byte[] pkcs8, char[] passphrase, int iterations) {
        var random = new SecureRandom();
        var salt = new byte[SALT_SIZE];
        var vector = new byte[BLOCK_SIZE];
        random.nextBytes(salt);
        random.nextBytes(vector);
        try {
            var parameters = AlgorithmParameters.getInstance(SCHEME);
            parameters.init(new PBEParameterSpec(salt, iterations, new IvParameterSpec(vector)));
            var secret = cipher(Cipher.ENCRYPT_MODE, passphrase, salt, iterations, new IvParameterSpec(vector))
                    .doFinal(pkcs8);
            return der(SEQUENCE, der(SEQUENCE, PBES2, parameters.getEncoded()), der(OCTET_STRING, secret));
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError("every Java runtime has PBKDF2 with HMAC-SHA-256 and AES-256", e);
        }
    }

    /**
     * {@return the DER of the private key}
     *
     * @param file that it is from, for errors
     * @throws KeyFileException if the passphrase is wrong, the key is encrypted in another way, or would take too long
     */
    static byte[] decrypt(Path file, byte[] der, char[] passphrase) throws KeyFileException {
        EncryptedPrivateKeyInfo info;
        Optional<PBEParameterSpec> parameters;
        try {
            info = new EncryptedPrivateKeyInfo(der);
            parameters = parameters(info);
        } catch (IOException e) {
            // Also for ways that the runtime does not know.
            throw anotherWay(file);
        }
        if (parameters.isEmpty()
                || !(parameters.get().getParameterSpec() instanceof IvParameterSpec vector)
                || vector.getIV().length != BLOCK_SIZE) {
            throw anotherWay(file);
        }
        var iterations = parameters.get().getIterationCount();
        if (iterations < 1 || iterations > MAX_ITERATIONS) {
            throw new KeyFileException(
                    file,
                    "its passphrase takes " + iterations + " iterations, and 1 to " + MAX_ITERATIONS + " are allowed",
                    "convert it: openssl pkcs8 -topk8 -iter " + ITERATIONS + " -in " + file + " -out NEW.key");
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, passphrase, parameters.get().getSalt(), iterations, vector)
                    .doFinal(info.getEncryptedData());
        } catch (BadPaddingException e) {
            throw wrongPassphrase(file);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // An empty salt, or contents that are no whole blocks.
            throw new KeyFileException(
                    file, "not a key with a passphrase: " + e.getMessage(), "take a copy that is whole");
        }
    }

    private static KeyFileException anotherWay(Path file) {
        return new KeyFileException(
                file,
                "encrypted in another way than PBKDF2 with HMAC-SHA-256 and AES-256-CBC, or damaged",
                "convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in " + file + " -out NEW.key");
    }

    static KeyFileException wrongPassphrase(Path file) {
        return new KeyFileException(
                file,
                "the passphrase is wrong, or the file is damaged",
                "give the passphrase that it was made with; openssl pkey -noout -in " + file + " tries one out");
    }

    /** {@return the parameters of the one scheme that is read; nothing if it is another} */
    private static Optional<PBEParameterSpec> parameters(EncryptedPrivateKeyInfo info) {
        var parameters = info.getAlgParameters();
        // The text is the scheme's name: the one place where the runtime tells which PBES2 it is.
        if (parameters == null || !SCHEME.equals(parameters.toString())) {
            return Optional.empty();
        }
        try {
            return Optional.of(parameters.getParameterSpec(PBEParameterSpec.class));
        } catch (InvalidParameterSpecException e) {
            return Optional.empty();
        }
    }

    private static Cipher cipher(
            int mode, char[] passphrase, byte[] salt, int iterations, AlgorithmParameterSpec vector)
            throws GeneralSecurityException {
        var spec = new PBEKeySpec(passphrase, salt, iterations, KEY_BITS);
        try {
            var key = derive(spec);
            var cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), vector);
            Arrays.fill(key, (byte) 0);
            return cipher;
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] derive(PBEKeySpec spec) throws GeneralSecurityException {
        var key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(spec)
                .getEncoded();
        if (key == null) {
            throw new InvalidKeySpecException("a key without bytes");
        }
        return key;
    }

    /** {@return an element of DER (X.690, section 8.1) with these contents, of less than 64 KiB} */
    private static byte[] der(int tag, byte[]... contents) {
        var length = Arrays.stream(contents).mapToInt(content -> content.length).sum();
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (length >= 0x100) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length >= 0x80) {
            out.write(0x81);
        }
        out.write(length);
        for (var content : contents) {
            out.writeBytes(content);
        }
        return out.toByteArray();
    }
}
