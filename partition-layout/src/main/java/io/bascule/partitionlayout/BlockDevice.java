package io.bascule.partitionlayout;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes at positions: a disk, a partition of one, an image file, or an array in a test. Readers and writers of formats
 * get one of these and never a path, so that they can be tested and broken without a disk.
 */
public interface BlockDevice extends Closeable {

    /** {@return how many bytes there are; reads and writes beyond fail} */
    ByteCount size();

    /**
     * Fills {@code target} with the bytes at {@code position}.
     *
     * @throws java.io.EOFException if the device ends before the buffer is full
     */
    void read(long position, ByteBuffer target) throws IOException;

    /**
     * Writes all of {@code source} at {@code position}. Not durable before {@link #flush()}.
     *
     * @throws java.io.EOFException if the bytes would go beyond the end; nothing is written then
     */
    void write(long position, ByteBuffer source) throws IOException;

    /** Makes everything written so far durable. */
    void flush() throws IOException;

    /**
     * {@return the first place, from {@code position} on, where there may be anything but zeros, or the size if there is
     * none} A sparse format answers from its tables; a device that does not know says {@code position}.
     *
     * @param position from 0 to the size
     */
    default long nextData(long position) throws IOException {
        return position;
    }

    /**
     * {@return a window onto {@code length} bytes from {@code offset}; closing it does nothing}
     *
     * @throws IllegalArgumentException if the window does not lie inside this device
     */
    default BlockDevice slice(long offset, long length) {
        return new SlicedBlockDevice(this, offset, length);
    }
}
