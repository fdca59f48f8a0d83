package io.bascule.imagebuilder.source;

/**
 * The tar archive: POSIX.1-2024 {@code pax}, section "ustar Interchange Format" and "pax Extended Header", and GNU tar's
 * long names.
 */
final class TarFormat {
    static final String NAME = "tar";
    static final int BLOCK = 512;

    static final int NAME_OFFSET = 0;
    static final int NAME_LENGTH = 100;
    static final int MODE_OFFSET = 100;
    static final int UID_OFFSET = 108;
    static final int GID_OFFSET = 116;
    static final int ID_LENGTH = 8;
    static final int SIZE_OFFSET = 124;
    static final int SIZE_LENGTH = 12;
    static final int CHECKSUM_OFFSET = 148;
    static final int CHECKSUM_LENGTH = 8;
    static final int TYPE_OFFSET = 156;
    static final int LINK_OFFSET = 157;
    static final int MAGIC_OFFSET = 257;
    static final int MAJOR_OFFSET = 329;
    static final int MINOR_OFFSET = 337;
    static final int PREFIX_OFFSET = 345;
    static final int PREFIX_LENGTH = 155;

    /** In GNU tar's own format the bytes at {@link #PREFIX_OFFSET} are times, not a prefix. */
    static final byte[] POSIX_MAGIC = {'u', 's', 't', 'a', 'r', 0};

    static final char REGULAR = '0';
    static final char REGULAR_V7 = '\0';
    static final char HARD_LINK = '1';
    static final char SYMLINK = '2';
    static final char CHARACTER_DEVICE = '3';
    static final char BLOCK_DEVICE = '4';
    static final char DIRECTORY = '5';
    static final char FIFO = '6';
    static final char CONTIGUOUS = '7';
    static final char GNU_SPARSE = 'S';
    static final char PAX_GLOBAL = 'g';
    static final char PAX = 'x';
    static final char GNU_LONG_LINK = 'K';
    static final char GNU_LONG_NAME = 'L';

    /** Longer extended headers than this are refused: Linux has paths of 4 KiB and xattrs of 64 KiB. */
    static final int MAX_EXTENDED_HEADER = 1 << 20;

    /** XATTR_SIZE_MAX of Linux. */
    static final int MAX_XATTR = 1 << 16;

    static final long MAX_ID = 0xFFFF_FFFFL;

    /** How GNU tar and libarchive name extended attributes in a pax header. */
    static final String XATTR_PREFIX = "SCHILY.xattr.";

    private TarFormat() {}
}
