package io.bascule.partitionlayout.fat;

/**
 * Offsets and magic numbers of Microsoft's <a
 * href="https://download.microsoft.com/download/1/6/1/161ba512-40e2-4cc9-843a-923143f3456c/fatgen103.doc">FAT: General
 * Overview of On-Disk Format</a>, version 1.03. Numbers are little-endian.
 */
final class FatFormat {
    // Boot sector and BIOS parameter block.
    static final int BOOT_SIZE = 512;
    static final int OEM_NAME = 3;
    static final int BYTES_PER_SECTOR = 11;
    static final int SECTORS_PER_CLUSTER = 13;
    static final int RESERVED_SECTORS = 14;
    static final int FAT_COUNT = 16;
    static final int ROOT_ENTRIES = 17;
    static final int TOTAL_SECTORS_16 = 19;
    static final int MEDIA = 21;
    static final int FAT_SECTORS_16 = 22;
    static final int SECTORS_PER_TRACK = 24;
    static final int HEADS = 26;
    static final int HIDDEN_SECTORS = 28;
    static final int TOTAL_SECTORS_32 = 32;
    static final int FAT16_VOLUME_ID = 39;
    static final int FAT16_LABEL = 43;
    static final int FAT_SECTORS_32 = 36;
    static final int EXTENDED_FLAGS = 40;
    static final int VERSION = 42;
    static final int ROOT_CLUSTER = 44;
    static final int FS_INFO = 48;
    static final int BACKUP_BOOT = 50;
    static final int DRIVE_NUMBER = 64;
    static final int BOOT_SIGNATURE = 66;
    static final int VOLUME_ID = 67;
    static final int LABEL = 71;
    static final int TYPE_NAME = 82;
    static final int SIGNATURE_OFFSET = 510;
    static final short SIGNATURE = (short) 0xAA55;
    static final byte MEDIA_FIXED = (byte) 0xF8;
    static final byte EXTENDED_BOOT_SIGNATURE = 0x29;

    /** Extended flags: only one FAT is in use, its number in the low four bits. */
    static final int NO_MIRRORING = 1 << 7;

    static final int ACTIVE_FAT_MASK = 0xF;

    // FSInfo.
    static final int FS_INFO_LEAD = 0x4161_5252;
    static final int FS_INFO_STRUCT = 0x6141_7272;
    static final int FS_INFO_STRUCT_OFFSET = 484;
    static final int FS_INFO_FREE = 488;
    static final int FS_INFO_NEXT = 492;
    static final int FS_INFO_TRAIL = 0xAA55_0000;
    static final int FS_INFO_TRAIL_OFFSET = 508;

    // What the writer chooses among what the format allows.
    static final int FS_INFO_SECTOR = 1;
    static final int BACKUP_BOOT_SECTOR = 6;
    static final int MIN_RESERVED_SECTORS = 32;

    // Clusters. Their number alone tells FAT12, FAT16 and FAT32 apart.
    static final int FIRST_CLUSTER = 2;
    static final int MIN_FAT16_CLUSTERS = 4085;
    static final int MIN_FAT32_CLUSTERS = 65525;
    static final int MAX_FAT32_CLUSTERS = 0x0FFF_FFF5;

    /** The specification's advice: other people's arithmetic near the limits is off by up to this many. */
    static final int SAFETY_CLUSTERS = 16;

    static final int FAT32_MASK = 0x0FFF_FFFF;
    static final int FAT32_END = 0x0FFF_FFFF;

    // Directory entries.
    static final int ENTRY_SIZE = 32;
    static final int MAX_DIRECTORY_ENTRIES = 65536;
    static final int SHORT_NAME_LENGTH = 11;
    static final int ATTRIBUTES = 11;
    static final int CASE = 12;
    static final int CREATION_TIME = 14;
    static final int CREATION_DATE = 16;
    static final int ACCESS_DATE = 18;
    static final int CLUSTER_HIGH = 20;
    static final int WRITE_TIME = 22;
    static final int WRITE_DATE = 24;
    static final int CLUSTER_LOW = 26;
    static final int SIZE = 28;
    static final int ATTRIBUTE_VOLUME_LABEL = 0x08;
    static final int ATTRIBUTE_DIRECTORY = 0x10;
    static final int ATTRIBUTE_ARCHIVE = 0x20;
    static final int ATTRIBUTES_LONG_NAME = 0x0F;
    static final int ATTRIBUTES_MASK = 0x3F;
    static final int CASE_LOWER_BASE = 0x08;
    static final int CASE_LOWER_EXTENSION = 0x10;
    static final int NAME_END = 0x00;
    static final int NAME_DELETED = 0xE5;
    static final int NAME_E5 = 0x05;

    // Long names.
    static final int MAX_NAME_LENGTH = 255;
    static final int LONG_UNITS = 13;
    static final int LONG_LAST = 0x40;
    static final int LONG_ORDER_MASK = 0x3F;
    static final int LONG_CHECKSUM = 13;

    private static final int[] LONG_UNIT_OFFSETS = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};

    private FatFormat() {}

    /** {@return where unit {@code index} (0 to 12) of a long-name entry stands in it} */
    static int longUnitOffset(int index) {
        return LONG_UNIT_OFFSETS[index];
    }
}
