package io.bascule.imagebuilder.erofs.format;

/**
 * Numbers of the EROFS on-disk format, all little-endian.
 *
 * @see <a href="https://erofs.docs.kernel.org/en/latest/core_ondisk.html">EROFS core on-disk format</a>
 * @see <a href="https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/fs/erofs/erofs_fs.h">erofs_fs.h</a>
 */
public final class ErofsFormat {
    /** Of the images that we write; others may have smaller or larger blocks. */
    public static final int BLOCK_BITS = 12;

    public static final int BLOCK = 1 << BLOCK_BITS;
    public static final long MAX_BLOCKS = 0xFFFF_FFFFL;

    // struct erofs_super_block, offsets in it
    public static final int SUPERBLOCK_OFFSET = 1024;
    public static final int SUPERBLOCK_SIZE = 128;
    public static final int SUPERBLOCK_SLOT = 16;
    public static final int MAGIC = 0xE0F5E1E2;
    public static final int VOLUME_NAME_SIZE = 16;
    public static final int SB_CHECKSUM = 4;
    public static final int SB_FEATURE_COMPAT = 8;
    public static final int SB_BLOCK_BITS = 12;
    public static final int SB_SLOTS = 13;
    public static final int SB_ROOT_NID = 14;
    public static final int SB_INODES = 16;
    public static final int SB_BUILD_TIME = 24;
    public static final int SB_BUILD_TIME_NANOS = 32;
    public static final int SB_BLOCKS = 36;
    public static final int SB_META_BLOCK = 40;
    public static final int SB_XATTR_BLOCK = 44;
    public static final int SB_UUID = 48;
    public static final int SB_VOLUME_NAME = 64;
    public static final int SB_FEATURE_INCOMPAT = 80;
    public static final int SB_ALGORITHMS = 84;
    public static final int SB_EXTRA_DEVICES = 86;
    public static final int SB_DIRECTORY_BLOCK_BITS = 90;
    public static final int SB_PACKED_NID = 96;

    public static final int FEATURE_COMPAT_SB_CHKSUM = 0x1;
    public static final int FEATURE_COMPAT_MTIME = 0x2;

    public static final int FEATURE_INCOMPAT_ZERO_PADDING = 0x1;
    /** The same bit says that compression configuration records follow and that pclusters may have several blocks. */
    public static final int FEATURE_INCOMPAT_COMPR_CFGS = 0x2;

    public static final int FEATURE_INCOMPAT_CHUNKED_FILE = 0x4;
    /** The same bit says that there is a table of devices and that an inode may have two algorithms. */
    public static final int FEATURE_INCOMPAT_DEVICE_TABLE_OR_HEAD2 = 0x8;

    public static final int FEATURE_INCOMPAT_ZTAILPACKING = 0x10;
    public static final int FEATURE_INCOMPAT_FRAGMENTS_OR_DEDUPE = 0x20;
    public static final int FEATURE_INCOMPAT_XATTR_PREFIXES = 0x40;
    public static final int FEATURE_INCOMPAT_48BIT = 0x80;
    public static final int FEATURE_INCOMPAT_METABOX = 0x100;

    // struct erofs_inode_compact and erofs_inode_extended
    public static final int COMPACT_INODE_SIZE = 32;
    public static final int EXTENDED_INODE_SIZE = 64;
    /** Inodes begin at multiples of this, which is also the unit of a nid. */
    public static final int INODE_SLOT = 32;

    public static final int LAYOUT_FLAT_PLAIN = 0;
    public static final int LAYOUT_COMPRESSED_FULL = 1;
    public static final int LAYOUT_FLAT_INLINE = 2;
    public static final int LAYOUT_COMPRESSED_COMPACT = 3;
    public static final int LAYOUT_CHUNK_BASED = 4;
    /** The block number of a file whose bytes are all inline, and of a chunk that is a hole. */
    public static final int NO_BLOCK = 0xFFFF_FFFF;
    /** root_nid has sixteen bits. */
    public static final int MAX_ROOT_NID = 0xFFFF;

    // struct erofs_inode_chunk_info and erofs_inode_chunk_index
    public static final int CHUNK_BITS_MASK = 0x1F;
    public static final int CHUNK_INDEXES = 0x20;

    // struct erofs_dirent
    public static final int DIRENT_SIZE = 12;
    public static final int DIRENT_NAME_OFFSET = 8;
    public static final int DIRENT_FILE_TYPE = 10;

    // struct erofs_xattr_ibody_header and erofs_xattr_entry
    public static final int XATTR_HEADER_SIZE = 12;
    public static final int XATTR_SHARED_COUNT = 4;
    public static final int XATTR_ENTRY_SIZE = 4;
    public static final int MAX_SHARED_XATTRS = 0xFF;
    public static final int MAX_XATTR_VALUE = 0xFFFF;
    /** In e_name_index: the rest is the number of a prefix in a table of the image. */
    public static final int XATTR_LONG_PREFIX = 0x80;
    /** i_xattr_icount has sixteen bits and counts in units of four bytes beyond the header. */
    public static final int MAX_XATTR_BODY = XATTR_HEADER_SIZE + 4 * (0xFFFF - 1);

    // struct z_erofs_map_header and z_erofs_lcluster_index
    public static final int MAP_HEADER_SIZE = 8;
    public static final int MAP_ADVISE = 4;
    public static final int MAP_ALGORITHMS = 6;
    public static final int MAP_CLUSTER_BITS = 7;
    /** Eight bytes that the full index leaves free after the map header. */
    public static final int FULL_INDEX_GAP = 8;

    public static final int INDEX_ENTRY_SIZE = 8;
    public static final int ADVISE_COMPACTED_2B = 0x1;
    public static final int ADVISE_BIG_PCLUSTER_1 = 0x2;
    public static final int ADVISE_BIG_PCLUSTER_2 = 0x4;
    public static final int ADVISE_INLINE_PCLUSTER = 0x8;
    public static final int ADVISE_INTERLACED_PCLUSTER = 0x10;
    public static final int ADVISE_FRAGMENT_PCLUSTER = 0x20;
    public static final int LCLUSTER_PLAIN = 0;
    public static final int LCLUSTER_HEAD1 = 1;
    public static final int LCLUSTER_NONHEAD = 2;
    public static final int LCLUSTER_HEAD2 = 3;
    public static final int LCLUSTER_TYPE_MASK = 3;
    /** In an index entry: the physical cluster decodes to more than the extent uses. */
    public static final int PARTIAL_REF = 0x8000;
    /** In delta0 of the first NONHEAD: the rest is the number of physical blocks. */
    public static final int CBLKCNT = 0x800;
    /** The largest physical cluster the kernel reads. */
    public static final int MAX_PCLUSTER = 1 << 20;
    /** The most bytes that the kernel decodes from one physical cluster. */
    public static final int MAX_DECODED = 12 << 20;

    // Numbers of algorithms in map headers and, as bits, in available_compr_algs
    public static final int ALGORITHM_LZ4 = 0;
    public static final int ALGORITHM_LZMA = 1;
    public static final int ALGORITHM_DEFLATE = 2;
    public static final int ALGORITHM_ZSTD = 3;

    private ErofsFormat() {}

    /** {@return how many blocks of ours {@code bytes} take} */
    public static long blocks(long bytes) {
        return (bytes + BLOCK - 1) >> BLOCK_BITS;
    }

    public static long roundUp(long value, int powerOfTwo) {
        return (value + powerOfTwo - 1) & -powerOfTwo;
    }
}
