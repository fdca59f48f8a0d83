package io.bascule.imagebuilder.output;

import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads a disk in pieces of one size, in order, without those that hold nothing but zeros. */
final class DataChunks {
    private static final int READ = 1 << 20;

    private DataChunks() {}

    /** Takes a piece. */
    @FunctionalInterface
    interface Sink {
        /**
         * @param index of the piece, counted from the start of the disk, holes included
         * @param chunk its bytes, not all zero; behind the end of the disk there are zeros. Only valid during the call
         */
        void accept(long index, ByteBuffer chunk) throws IOException;
    }

    /** @param chunkSize in bytes, a power of two */
    static void forEach(BlockDevice source, int chunkSize, OutputProgress progress, Sink sink) throws IOException {
        var size = source.size().bytes();
        var buffer = new byte[Math.max(READ, chunkSize)];
        var zeros = new byte[chunkSize];
        for (var at = 0L; at < size; ) {
            var data = source.nextData(at) / chunkSize * chunkSize;
            if (data > at) {
                at = data;
                progress.advanced(Math.min(at, size), size);
                continue;
            }
            var count = (int) Math.min(buffer.length, size - at);
            source.read(at, ByteBuffer.wrap(buffer, 0, count));
            Arrays.fill(buffer, count, buffer.length, (byte) 0);
            for (var start = 0; start < count; start += chunkSize) {
                if (!Arrays.equals(buffer, start, start + chunkSize, zeros, 0, chunkSize)) {
                    sink.accept((at + start) / chunkSize, ByteBuffer.wrap(buffer, start, chunkSize));
                }
            }
            at += count;
            progress.advanced(at, size);
        }
    }
}
