package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The blocks of an operation's source, one extent behind the other; to be read only. */
final class SourceDevice implements BlockDevice {
    private final BlockDevice old;
    private final List<Extent> extents;

    /** Where each extent begins in this device, and where the last one ends. */
    private final long[] starts;

    /** The extent that was read last: most reads go on where it ends. */
    private int current;

    /** @param old must have all of the extents */
    SourceDevice(BlockDevice old, List<Extent> extents) {
        this.old = old;
        this.extents = extents;
        this.starts = new long[extents.size() + 1];
        for (var i = 0; i < extents.size(); i++) {
            starts[i + 1] = starts[i] + extents.get(i).blockCount() * PayloadFormat.BLOCK_SIZE;
        }
    }

    @Override
    public ByteCount size() {
        return new ByteCount(starts[extents.size()]);
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        if (position < 0 || position > starts[extents.size()] - target.remaining()) {
            throw new EOFException("the source ends at " + starts[extents.size()] + ", wanted " + target.remaining()
                    + " bytes at " + position);
        }
        var end = target.limit();
        while (target.hasRemaining()) {
            find(position);
            var count = (int) Math.min(target.remaining(), starts[current + 1] - position);
            var at = extents.get(current).startBlock() * PayloadFormat.BLOCK_SIZE + position - starts[current];
            old.read(at, target.limit(target.position() + count));
            target.limit(end);
            position += count;
        }
    }

    private void find(long position) {
        if (position < starts[current]) {
            current = 0;
        }
        while (position >= starts[current + 1]) {
            current++;
        }
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        throw new IOException("an old content is never written");
    }

    @Override
    public void flush() {
        // Nothing is ever written.
    }

    @Override
    public void close() {
        // The old content is closed by whoever opened it.
    }
}
