package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/** SHA-256 of a whole device. */
final class ContentHash {
    private static final int BUFFER = 128 << 10;

    private ContentHash() {}

    static Sha256Digest of(BlockDevice device) throws IOException {
        return of(device, done -> {});
    }

    /** @param progress hears how many bytes have been read */
    static Sha256Digest of(BlockDevice device, LongConsumer progress) throws IOException {
        var digest = Sha256Digest.newMessageDigest();
        var size = device.size().bytes();
        var buffer = ByteBuffer.allocate(BUFFER);
        for (var at = 0L; at < size; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(BUFFER, size - at));
            device.read(at, buffer);
            digest.update(buffer.flip());
            progress.accept(at + buffer.limit());
        }
        return Sha256Digest.of(digest.digest());
    }
}
