package io.bascule.qemuharness.faultdisk;

import io.bascule.partitionlayout.ByteCount;

/**
 * Where on a disk a fault is.
 *
 * @param position the first byte, from the start of the disk
 * @param length how many; a range may go beyond the end of the disk
 */
public record ByteRange(long position, ByteCount length) {
    /** Everywhere. */
    public static final ByteRange ALL = new ByteRange(0, new ByteCount(Long.MAX_VALUE));

    public ByteRange {
        if (position < 0 || position > Long.MAX_VALUE - length.bytes()) {
            throw new IllegalArgumentException("not a range of bytes: " + length.bytes() + " at " + position);
        }
    }

    public static ByteRange of(long position, long length) {
        return new ByteRange(position, new ByteCount(length));
    }

    /** {@return the byte behind the last one} */
    long end() {
        return position + length.bytes();
    }

    boolean overlaps(long otherPosition, long otherLength) {
        return otherPosition < end() && position < otherPosition + otherLength;
    }

    @Override
    public String toString() {
        return equals(ALL) ? "all bytes" : "bytes " + position + " to " + (end() - 1);
    }
}
