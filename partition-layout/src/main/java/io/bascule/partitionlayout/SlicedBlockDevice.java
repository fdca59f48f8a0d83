package io.bascule.partitionlayout;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A window onto part of another device. */
final class SlicedBlockDevice implements BlockDevice {
    private final BlockDevice whole;
    private final long offset;
    private final long length;

    SlicedBlockDevice(BlockDevice whole, long offset, long length) {
        try {
            Objects.checkFromIndexSize(offset, length, whole.size().bytes());
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "bytes " + offset + " to " + (offset + length) + " are not inside a device of "
                            + whole.size().bytes() + " bytes",
                    e);
        }
        this.whole = whole;
        this.offset = offset;
        this.length = length;
    }

    @Override
    public ByteCount size() {
        return new ByteCount(length);
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        check(position, target.remaining());
        whole.read(offset + position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        check(position, source.remaining());
        whole.write(offset + position, source);
    }

    @Override
    public long nextData(long position) throws IOException {
        return Math.min(length, whole.nextData(offset + position) - offset);
    }

    @Override
    public void flush() throws IOException {
        whole.flush();
    }

    @Override
    public void close() {}

    private void check(long position, int count) throws EOFException {
        if (position < 0 || position > length - count) {
            throw new EOFException(
                    "bytes " + position + " to " + (position + count) + " are beyond the end at " + length);
        }
    }
}
