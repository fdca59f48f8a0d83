package io.bascule.payload;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** The 32 bytes of a SHA-256. */
public final class Sha256Digest {
    public static final int SIZE = 32;

    /** What a reader holds until it has met the field. */
    static final Sha256Digest ZERO = new Sha256Digest(new byte[SIZE]);

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

    static Sha256Digest ofContent(byte[] content) {
        return new Sha256Digest(newMessageDigest().digest(content));
    }

    /** {@return the hash of what went into {@code digest}, which can take more} */
    static Sha256Digest soFar(MessageDigest digest) {
        try {
            return new Sha256Digest(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("every Java runtime's SHA-256 can be cloned", e);
        }
    }

    static MessageDigest newMessageDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java runtime has SHA-256", e);
        }
    }

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
