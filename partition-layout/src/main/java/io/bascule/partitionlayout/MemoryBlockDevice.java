package io.bascule.partitionlayout;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** An array as a block device, for structures small enough to be made in memory. */
public final class MemoryBlockDevice implements BlockDevice {
    private final byte[] bytes;

    public MemoryBlockDevice(int size) {
        this(new byte[size]);
    }

    /** Wraps {@code bytes}: writes change the array given. */
    public MemoryBlockDevice(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public ByteCount size() {
        return new ByteCount(bytes.length);
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        target.put(bytes, check(position, target.remaining()), target.remaining());
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        source.get(bytes, check(position, source.remaining()), source.remaining());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    private int check(long position, int count) throws EOFException {
        try {
            return (int) Objects.checkFromIndexSize(position, (long) count, (long) bytes.length);
        } catch (IndexOutOfBoundsException e) {
            throw (EOFException) new EOFException("bytes " + position + " to " + (position + count)
                            + " are beyond the end at " + bytes.length)
                    .initCause(e);
        }
    }
}
