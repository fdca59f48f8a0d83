package io.bascule.partitionlayout.gpt;

import io.bascule.partitionlayout.Lba;
import io.bascule.partitionlayout.SectorSize;

/**
 * Sizes, magic numbers and offsets of the <a href="https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html">
 * UEFI Specification 2.10</a>, section 5.3 (and 5.2.3 for the protective MBR).
 */
final class GptFormat {
    /** "EFI PART" as a little-endian number. */
    static final long SIGNATURE = 0x5452_4150_2049_4645L;

    static final int REVISION = 0x0001_0000;

    /** What the header's CRC covers in every table known; the rest of its sector is reserved. */
    static final int HEADER_SIZE = 92;

    /**
     * The specification allows 128 times a power of two. Linux takes 128 only, and so do we: nothing makes larger ones,
     * and what would stand behind the known 128 bytes would be lost when writing back.
     */
    static final int ENTRY_SIZE = 128;

    /** 16 KiB, which section 5.3.1 asks to reserve at least. */
    static final int DEFAULT_ENTRY_COUNT = 128;

    /** Eight times the usual; keeps what a foreign header makes us read below 128 KiB. */
    static final int MAX_ENTRY_COUNT = 1024;

    /** UTF-16 code units of a partition's name. */
    static final int NAME_LENGTH = 36;

    static final Lba PRIMARY_HEADER = new Lba(1);
    static final Lba PRIMARY_ENTRIES = new Lba(2);

    // Offsets in the header.
    static final int HEADER_CRC = 16;
    static final int RESERVED = 20;
    static final int MY_LBA = 24;
    static final int ALTERNATE_LBA = 32;
    static final int FIRST_USABLE = 40;
    static final int LAST_USABLE = 48;
    static final int DISK_GUID = 56;
    static final int ENTRIES_LBA = 72;
    static final int ENTRY_COUNT = 80;
    static final int ENTRY_SIZE_OFFSET = 84;
    static final int ENTRIES_CRC = 88;

    // Offsets in an entry.
    static final int UNIQUE_GUID = 16;
    static final int FIRST_LBA = 32;
    static final int LAST_LBA = 40;
    static final int ATTRIBUTES = 48;
    static final int NAME = 56;

    // The protective MBR.
    static final int MBR_SIZE = 512;
    static final int MBR_PARTITIONS = 446;
    static final int MBR_PARTITION_SIZE = 16;
    static final int MBR_PARTITION_COUNT = 4;
    static final int MBR_PARTITION_TYPE = 4;
    static final int MBR_SIGNATURE_OFFSET = 510;
    static final short MBR_SIGNATURE = (short) 0xAA55;
    static final byte MBR_TYPE_PROTECTIVE = (byte) 0xEE;

    private GptFormat() {}

    /** {@return how many sectors an array of that many entries takes} */
    static long entrySectors(int entryCount, SectorSize sectorSize) {
        return Math.ceilDiv((long) entryCount * ENTRY_SIZE, sectorSize.bytes());
    }
}
