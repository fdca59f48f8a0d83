package io.bascule.qemuharness.nbd;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A block device that knows what disks know beyond reading, writing and flushing. Safe for many threads. */
public interface DiskDevice extends BlockDevice {

    /**
     * Writes all of {@code source} at {@code position}.
     *
     * @param durable whether it is durable when this returns, without a flush and whatever else is not (FUA)
     * @throws java.io.EOFException if the bytes would go beyond the end; nothing is written then
     */
    void write(long position, ByteBuffer source, boolean durable) throws IOException;

    @Override
    default void write(long position, ByteBuffer source) throws IOException {
        write(position, source, false);
    }

    /**
     * Makes a range read as zero.
     *
     * @param position the start of a sector
     * @param length whole sectors, of any number
     * @param durable as for a write
     */
    void zero(long position, ByteCount length, boolean durable) throws IOException;

    /** Says that nobody needs what is in a range, which may read as anything then. Parameters as for {@link #zero}. */
    void trim(long position, ByteCount length, boolean durable) throws IOException;

    /** {@return whether a request that comes now would wait before it is carried out} */
    boolean isStalling();

    /** Makes the requests fail that wait now: nobody is there any more who wants their answers. */
    void abandonStalled();
}
