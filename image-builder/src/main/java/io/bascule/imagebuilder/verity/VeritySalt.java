package io.bascule.imagebuilder.verity;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What is hashed in front of every block. The builds of one product share a salt, so that unchanged blocks keep their
 * hashes.
 */
public final class VeritySalt {
    private final byte[] bytes;

    private VeritySalt(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * @param bytes up to 256; none at all is allowed too
     * @throws IllegalArgumentException if there are more
     */
    public static VeritySalt of(byte[] bytes) {
        if (bytes.length > VerityFormat.MAX_SALT) {
            throw new IllegalArgumentException("a salt has up to 256 bytes, not " + bytes.length);
        }
        return new VeritySalt(bytes.clone());
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    void update(MessageDigest digest) {
        digest.update(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VeritySalt salt && Arrays.equals(bytes, salt.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** {@return the salt as the device-mapper table has it: hexadecimal digits, or {@code -} if it is empty} */
    @Override
    public String toString() {
        return bytes.length == 0 ? "-" : HexFormat.of().formatHex(bytes);
    }
}
