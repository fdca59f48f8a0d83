package io.bascule.imagebuilder.output;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Makes the identity of a disk from what it holds, so that the same disk gets the same one and no other does. */
final class ContentDigest {
    private final MessageDigest digest;

    /** @param size of the disk in bytes */
    ContentDigest(long size) {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
        add(size);
    }

    /** Takes a piece that is not all zero. */
    void add(long index, ByteBuffer chunk) {
        add(index);
        digest.update(chunk.duplicate());
    }

    private void add(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    }

    /** {@return 32 bytes; can be called once} */
    byte[] bytes() {
        return digest.digest();
    }
}
