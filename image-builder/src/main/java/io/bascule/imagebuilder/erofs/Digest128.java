package io.bascule.imagebuilder.erofs;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The first half of a SHA-256: what tells blocks apart, where nobody gains by making two that are not. */
record Digest128(long high, long low) {
    static Digest128 of(ByteBuffer bytes) {
        var digest = sha256();
        digest.update(bytes);
        return ofFinished(digest);
    }

    static Digest128 ofFinished(MessageDigest digest) {
        var all = ByteBuffer.wrap(digest.digest());
        return new Digest128(all.getLong(), all.getLong());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
