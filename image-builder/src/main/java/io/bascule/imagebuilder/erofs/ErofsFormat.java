package io.bascule.imagebuilder.erofs;

/**
 * Numbers of the EROFS on-disk format, all little-endian.
 *
 * @see <a href="https://erofs.docs.kernel.org/en/latest/core_ondisk.html">EROFS core on-disk format</a>
 * @see <a href="https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/fs/erofs/erofs_fs.h">erofs_fs.h</a>
 */
final class ErofsFormat {
    static final int BLOCK_BITS = 12;
    static final int BLOCK = 1 << BLOCK_BITS;
    static final long MAX_BLOCKS = 0xFFFF_FFFFL;

    // struct erofs_super_block
    static final int SUPERBLOCK_OFFSET = 1024;
    static final int SUPERBLOCK_SIZE = 128;
    static final int MAGIC = 0xE0F5E1E2;
    static final int VOLUME_NAME_SIZE = 16;
    static final int SB_CHECKSUM = 4;
    static final int FEATURE_COMPAT_SB_CHKSUM = 0x1;
    static final int FEATURE_COMPAT_MTIME = 0x2;
    static final int FEATURE_INCOMPAT_ZERO_PADDING = 0x1;
    /** The same bit says that compression configuration records follow and that pclusters may have several blocks. */
    static final int FEATURE_INCOMPAT_COMPR_CFGS = 0x2;

    // struct erofs_inode_compact and erofs_inode_extended
    static final int COMPACT_INODE_SIZE = 32;
    static final int EXTENDED_INODE_SIZE = 64;
    /** Inodes begin at multiples of this, which is also the unit of a nid. */
    static final int INODE_SLOT = 32;

    static final int LAYOUT_FLAT_PLAIN = 0;
    static final int LAYOUT_COMPRESSED_FULL = 1;
    static final int LAYOUT_FLAT_INLINE = 2;
    /** The block number of a file whose bytes are all inline. */
    static final int NO_BLOCK = 0xFFFF_FFFF;
    /** root_nid has sixteen bits. */
    static final int MAX_ROOT_NID = 0xFFFF;

    // struct erofs_dirent
    static final int DIRENT_SIZE = 12;

    // struct erofs_xattr_ibody_header and erofs_xattr_entry
    static final int XATTR_HEADER_SIZE = 12;
    static final int XATTR_ENTRY_SIZE = 4;
    static final int MAX_SHARED_XATTRS = 0xFF;
    static final int MAX_XATTR_VALUE = 0xFFFF;
    /** i_xattr_icount has sixteen bits and counts in units of four bytes beyond the header. */
    static final int MAX_XATTR_BODY = XATTR_HEADER_SIZE + 4 * (0xFFFF - 1);

    // struct z_erofs_map_header and z_erofs_lcluster_index
    static final int MAP_HEADER_SIZE = 8;
    /** Eight bytes that the full index leaves free after the map header. */
    static final int FULL_INDEX_GAP = 8;

    static final int INDEX_ENTRY_SIZE = 8;
    static final int ADVISE_BIG_PCLUSTER_1 = 0x2;
    static final int LCLUSTER_PLAIN = 0;
    static final int LCLUSTER_HEAD1 = 1;
    static final int LCLUSTER_NONHEAD = 2;
    /** In delta0 of the first NONHEAD: the rest is the number of physical blocks. */
    static final int CBLKCNT = 0x800;
    /** The largest physical cluster the kernel reads. */
    static final int MAX_PCLUSTER = 1 << 20;

    private ErofsFormat() {}

    static long blocks(long bytes) {
        return (bytes + BLOCK - 1) >> BLOCK_BITS;
    }

    static long roundUp(long value, int powerOfTwo) {
        return (value + powerOfTwo - 1) & -powerOfTwo;
    }
}
