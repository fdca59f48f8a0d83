package io.bascule.imagebuilder.output;

/**
 * Numbers of the VHD format, all big-endian: Microsoft, "Virtual Hard Disk Image Format Specification", version 1.0.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/vstor/about-vhd">About VHD</a>
 */
final class VhdFormat {
    static final String NAME = "VHD";
    static final int SECTOR = 512;

    static final byte[] COOKIE = {'c', 'o', 'n', 'e', 'c', 't', 'i', 'x'};
    static final int FEATURES = 8;
    static final int FEATURES_RESERVED = 2;
    static final int VERSION = 12;
    static final int VERSION_1_0 = 0x0001_0000;
    static final int DATA_OFFSET = 16;
    static final int TIME_STAMP = 24;
    static final int CREATOR = 28;
    /** QEMU's sign that the current size counts and not the geometry; others look at the current size only. */
    static final byte[] CREATOR_SIZE_COUNTS = {'q', 'e', 'm', '2'};

    static final int CREATOR_VERSION = 32;
    static final int CREATOR_VERSION_5_3 = 0x0005_0003;
    static final int CREATOR_OS = 36;
    static final byte[] WINDOWS = {'W', 'i', '2', 'k'};
    static final int ORIGINAL_SIZE = 40;
    static final int CURRENT_SIZE = 48;
    static final int GEOMETRY = 56;
    static final int DISK_TYPE = 60;
    static final int CHECKSUM = 64;
    static final int UUID = 68;

    static final int TYPE_FIXED = 2;
    static final int TYPE_DYNAMIC = 3;
    static final int TYPE_DIFFERENCING = 4;

    static final long NO_OFFSET = -1;

    static final byte[] DYNAMIC_COOKIE = {'c', 'x', 's', 'p', 'a', 'r', 's', 'e'};
    static final int DYNAMIC_SIZE = 1024;
    static final int TABLE_OFFSET = 16;
    static final int HEADER_VERSION = 24;
    static final int MAX_TABLE_ENTRIES = 28;
    static final int BLOCK_SIZE = 32;
    static final int DYNAMIC_CHECKSUM = 36;

    /** In the block allocation table: all zero. */
    static final int UNUSED = -1;

    static final int BLOCK = 2 << 20;
    static final int MAX_BLOCK = 64 << 20;
    /** What is read: more would be a disk of 2040 GiB in blocks smaller than 64 KiB, which nobody makes. */
    static final int MOST_BLOCKS = 1 << 25;
    /** What the specification and Windows allow: 2040 GiB. */
    static final long MAX_SIZE = 2040L << 30;

    private VhdFormat() {}

    /** {@return the size of the bitmap in front of a block: a bit for each sector, in whole sectors} */
    static int bitmapSize(int blockSize) {
        return (int) (Math.ceilDiv(blockSize / SECTOR, 8 * SECTOR) * (long) SECTOR);
    }

    /** {@return the sum of all bytes, those of the checksum itself left out, inverted} */
    static int checksum(byte[] bytes, int checksumAt) {
        var sum = 0;
        for (var i = 0; i < bytes.length; i++) {
            if (i < checksumAt || i >= checksumAt + Integer.BYTES) {
                sum += Byte.toUnsignedInt(bytes[i]);
            }
        }
        return ~sum;
    }
}
