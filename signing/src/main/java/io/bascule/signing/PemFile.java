package io.bascule.signing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * A file with objects in PEM (RFC 7468): DER as Base64 between two lines that name its kind.
 *
 * @param text all of it, one character a byte
 */
record PemFile(Path file, String text) {
    static final String PRIVATE = "PRIVATE KEY";
    static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";
    static final String PUBLIC = "PUBLIC KEY";

    private static final int MAX_SIZE = 64 << 10;
    private static final int WIDTH = 64;

    /** @throws KeyFileException if there is no such file, or it cannot be read, or is too large to be a key */
    static PemFile read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new KeyFileException(
                    file, "there is no such file", "give a file with a key; bascule keys new makes one");
        }
        if (!Files.isReadable(file)) {
            throw new KeyFileException(file, "not readable for this user", "change its owner or its mode");
        }
        if (Files.size(file) > MAX_SIZE) {
            throw new PemFile(file, "").none(PRIVATE);
        }
        return new PemFile(file, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
    }

    /** {@return the text of a file with one object} */
    static String write(String label, byte[] der) {
        return begin(label) + "\n"
                + Base64.getMimeEncoder(WIDTH, new byte[] {'\n'}).encodeToString(der)
                + "\n" + end(label) + "\n";
    }

    boolean has(String label) {
        return text.contains(begin(label));
    }

    /** {@return the DER of the first object of that kind; nothing if there is none, or it is not whole} */
    Optional<byte[]> find(String label) {
        var found = text.indexOf(begin(label));
        if (found < 0) {
            return Optional.empty();
        }
        var start = found + begin(label).length();
        var end = text.indexOf(end(label), start);
        if (end < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Base64.getMimeDecoder().decode(text.substring(start, end)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** {@return that there is no object of that kind, and what there is instead, if it is something that people have} */
    KeyFileException none(String label) {
        if (has("RSA PRIVATE KEY") || has("EC PRIVATE KEY")) {
            return new KeyFileException(
                    file,
                    "a private key in its traditional form, not PKCS#8",
                    "convert it: openssl pkey -in " + file + " -out NEW.key");
        }
        if (label.equals(PRIVATE) && has(PUBLIC)) {
            return new KeyFileException(file, "a public key", "give the private one, whose name ends in .key");
        }
        if (label.equals(PUBLIC) && (has(PRIVATE) || has(ENCRYPTED))) {
            return new KeyFileException(file, "a private key", "give the public one, whose name ends in .pub");
        }
        return new KeyFileException(
                file,
                "not a PEM file with a " + label,
                "it must have the lines BEGIN " + label + " and END " + label + ", as openssl pkey writes them");
    }

    private static String begin(String label) {
        return "-----BEGIN " + label + "-----";
    }

    private static String end(String label) {
        return "-----END " + label + "-----";
    }
}
