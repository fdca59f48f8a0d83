package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/** SHA-256 of a whole device. What a device knows to be empty is not read. */
public final class ContentHash {
    private static final int BUFFER = 128 << 10;

    private ContentHash() {}

    public static Sha256Digest of(BlockDevice device) throws IOException {
        return of(device, done -> {});
    }

    /** @param progress hears how many bytes have been read */
    static Sha256Digest of(BlockDevice device, LongConsumer progress) throws IOException {
        var digest = Sha256Digest.newMessageDigest();
        var size = device.size().bytes();
        var buffer = ByteBuffer.allocate(BUFFER);
        var zeros = new byte[BUFFER];
        for (var at = 0L; at < size; progress.accept(at)) {
            var empty = device.nextData(at) - at;
            var count = (int) Math.min(empty > 0 ? empty : size - at, BUFFER);
            if (empty > 0) {
                digest.update(zeros, 0, count);
            } else {
                device.read(at, buffer.clear().limit(count));
                digest.update(buffer.flip());
            }
            at += count;
        }
        return Sha256Digest.of(digest.digest());
    }
}
