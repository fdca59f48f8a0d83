package io.bascule.imagebuilder.output;

/**
 * Numbers of the VMDK format for hosted sparse extents, all little-endian: VMware, "Virtual Disk Format 5.0", sections
 * "Hosted Sparse Extents" and "Stream-Optimized Compressed Sparse Extents".
 */
final class VmdkFormat {
    static final String NAME = "VMDK";
    static final int SECTOR = 512;
    /** "KDMV". */
    static final int MAGIC = 0x564D444B;

    static final int VERSION = 4;
    static final int FLAGS = 8;
    static final int CAPACITY = 12;
    static final int GRAIN_SIZE = 20;
    static final int DESCRIPTOR_OFFSET = 28;
    static final int DESCRIPTOR_SIZE = 36;
    static final int ENTRIES_PER_TABLE = 44;
    static final int REDUNDANT_DIRECTORY = 48;
    static final int DIRECTORY = 56;
    static final int OVERHEAD = 64;
    static final int LINE_ENDS = 73;
    static final int COMPRESSION = 77;

    static final int HAS_LINE_ENDS = 1;
    static final int HAS_REDUNDANT_DIRECTORY = 1 << 1;
    static final int HAS_ZERO_GRAINS = 1 << 2;
    static final int HAS_COMPRESSED_GRAINS = 1 << 16;

    /** What a copy in text mode would have changed. */
    static final byte[] WRITTEN_LINE_ENDS = {'\n', ' ', '\r', '\n'};

    static final int DEFLATE = 1;
    /** As directory offset: directory and header are at the end of the file. */
    static final long AT_END = -1;
    /** From the start of the header at the end to the end: the header and the end-of-stream marker. */
    static final int FOOTER_FROM_END = 2 * SECTOR;

    /** As grain offset, with {@link #HAS_ZERO_GRAINS}: all zero. */
    static final int ZERO_GRAIN = 1;
    /** In front of a compressed grain: its first sector on the disk (8 bytes) and its size. */
    static final int GRAIN_MARKER = 12;

    static final int MAX_GRAIN_SECTORS = 1 << 15;
    static final int MAX_DESCRIPTOR_SECTORS = 2048;

    // What we write.
    static final int GRAIN_SECTORS = 128;
    static final int GRAIN = GRAIN_SECTORS * SECTOR;
    static final int TABLE_ENTRIES = 512;
    static final int TABLE_SECTORS = TABLE_ENTRIES * Integer.BYTES / SECTOR;
    static final int WRITTEN_DESCRIPTOR_SECTORS = 20;
    /** Offsets in the file are sectors in 32 bits. */
    static final long MAX_SIZE = 2040L << 30;

    private VmdkFormat() {}
}
