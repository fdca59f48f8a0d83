package io.bascule.partitionlayout;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What can be done with any block device. */
public final class BlockDevices {
    private static final int BUFFER = 1 << 20;
    /** Runs of zeros are left out in this unit, small enough for file systems' own blocks. */
    private static final int UNIT = 1 << 16;

    private BlockDevices() {}

    /**
     * Copies all of {@code from} to the start of {@code to}, which must read as zero before: zeros are not written, so that
     * a sparse file stays sparse.
     *
     * @throws java.io.EOFException if {@code to} is smaller
     */
    public static void copy(BlockDevice from, BlockDevice to) throws IOException {
        var size = from.size().bytes();
        var buffer = ByteBuffer.allocate((int) Math.min(BUFFER, size));
        var zeros = ByteBuffer.allocate(UNIT);
        for (var at = 0L; at < size; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
            from.read(at, buffer);
            for (var start = 0; start < buffer.limit(); start += UNIT) {
                var unit = buffer.slice(start, Math.min(UNIT, buffer.limit() - start));
                if (!unit.equals(zeros.clear().limit(unit.limit()))) {
                    to.write(at + start, unit);
                }
            }
        }
    }
}
