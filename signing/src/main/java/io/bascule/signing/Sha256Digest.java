package io.bascule.signing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The 32 bytes of a SHA-256. */
public final class Sha256Digest {
    /** In bytes. */
    public static final int SIZE = 32;

    private static final int BUFFER = 1 << 20;
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private final byte[] bytes;

    private Sha256Digest(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException if there are not 32 bytes */
    public static Sha256Digest of(byte[] bytes) {
        if (bytes.length != SIZE) {
            throw new IllegalArgumentException("a SHA-256 has 32 bytes, not " + bytes.length);
        }
        return new Sha256Digest(bytes.clone());
    }

    /** @throws IllegalArgumentException if {@code hex} is not 64 lower-case hexadecimal digits */
    public static Sha256Digest parse(String hex) {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("not 64 lower-case hexadecimal digits: '" + hex + "'");
        }
        return new Sha256Digest(HexFormat.of().parseHex(hex));
    }

    /** {@return the hash of these bytes} */
    public static Sha256Digest ofContent(byte[] content) {
        return new Sha256Digest(newMessageDigest().digest(content));
    }

    /** {@return the hash of a file, first to last byte} */
    public static Sha256Digest ofFile(Path file) throws IOException {
        var digest = newMessageDigest();
        var buffer = new byte[BUFFER];
        try (var in = Files.newInputStream(file)) {
            for (int count; (count = in.read(buffer)) >= 0; ) {
                digest.update(buffer, 0, count);
            }
        }
        return new Sha256Digest(digest.digest());
    }

    /** {@return the hash of what went into {@code digest}, which can take more} */
    public static Sha256Digest soFar(MessageDigest digest) {
        try {
            return of(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("every Java runtime's SHA-256 can be cloned", e);
        }
    }

    /** {@return a SHA-256 that nothing went into yet} */
    public static MessageDigest newMessageDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java runtime has SHA-256", e);
        }
    }

    /** {@return a copy of the 32 bytes} */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sha256Digest digest && Arrays.equals(bytes, digest.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** {@return lower-case hexadecimal} */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
