package io.bascule.partitionlayout.fat;

import io.bascule.partitionlayout.MalformedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads boot sectors of FAT16 and FAT32 and refuses what does not make sense (fatgen103, "Boot Sector and BPB"). */
final class BootSectorDecoder {
    private static final int MIN_SECTOR = 512;
    private static final int MAX_SECTOR = 4096;
    private static final int MAX_CLUSTER = 1 << 16;

    /** What a boot sector says. */
    record Volume(FatGeometry geometry, int volumeId, String label) {}

    private final ByteBuffer sector;

    private BootSectorDecoder(ByteBuffer sector) {
        this.sector = sector.order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * @param sector the volume's first 512 bytes
     * @param deviceSize in bytes; a volume may be smaller
     */
    static Volume decode(ByteBuffer sector, long deviceSize) throws MalformedFormatException {
        return new BootSectorDecoder(sector).decode(deviceSize);
    }

    private Volume decode(long deviceSize) throws MalformedFormatException {
        check(
                sector.getShort(FatFormat.SIGNATURE_OFFSET) == FatFormat.SIGNATURE,
                "signature",
                FatFormat.SIGNATURE_OFFSET,
                "there is no 0x55 0xaa");
        var bytesPerSector = u16(FatFormat.BYTES_PER_SECTOR);
        check(
                Integer.bitCount(bytesPerSector) == 1 && bytesPerSector >= MIN_SECTOR && bytesPerSector <= MAX_SECTOR,
                "BPB_BytsPerSec",
                FatFormat.BYTES_PER_SECTOR,
                "it is 512, 1024, 2048 or 4096, not " + bytesPerSector);
        var sectorsPerCluster = u8(FatFormat.SECTORS_PER_CLUSTER);
        check(
                Integer.bitCount(sectorsPerCluster) == 1 && sectorsPerCluster * bytesPerSector <= MAX_CLUSTER,
                "BPB_SecPerClus",
                FatFormat.SECTORS_PER_CLUSTER,
                "it is a power of two that makes clusters of at most 64 KiB, not " + sectorsPerCluster);
        var reserved = u16(FatFormat.RESERVED_SECTORS);
        check(reserved > 0, "BPB_RsvdSecCnt", FatFormat.RESERVED_SECTORS, "the boot sector itself is reserved");
        var fatCount = u8(FatFormat.FAT_COUNT);
        check(fatCount > 0, "BPB_NumFATs", FatFormat.FAT_COUNT, "there is no table");
        var media = u8(FatFormat.MEDIA);
        check(media == 0xF0 || media >= 0xF8, "BPB_Media", FatFormat.MEDIA, "no medium is " + media);

        // Only FAT32 leaves the 16-bit size of the table zero.
        var fat32 = u16(FatFormat.FAT_SECTORS_16) == 0;
        var geometry = new FatGeometry(
                fat32 ? FatType.FAT32 : FatType.FAT16,
                bytesPerSector,
                sectorsPerCluster,
                reserved,
                fatCount,
                fat32 ? u32(FatFormat.FAT_SECTORS_32) : u16(FatFormat.FAT_SECTORS_16),
                totalSectors(),
                u16(FatFormat.ROOT_ENTRIES),
                fat32 ? sector.getInt(FatFormat.ROOT_CLUSTER) : 0,
                fat32 ? activeFat(fatCount) : 0);
        checkSizes(geometry, deviceSize);
        if (fat32) {
            checkFat32(geometry);
        } else {
            checkFat16(geometry);
        }
        return new Volume(
                geometry,
                sector.getInt(fat32 ? FatFormat.VOLUME_ID : FatFormat.FAT16_VOLUME_ID),
                label(fat32 ? FatFormat.LABEL : FatFormat.FAT16_LABEL));
    }

    private void checkSizes(FatGeometry geometry, long deviceSize) throws MalformedFormatException {
        var bytes = geometry.totalSectors() * geometry.bytesPerSector();
        check(
                bytes <= deviceSize,
                "BPB_TotSec",
                FatFormat.TOTAL_SECTORS_32,
                "the volume has " + bytes + " bytes, the device " + deviceSize);
        var clusters = geometry.clusterCount();
        check(
                clusters > 0,
                "BPB_TotSec",
                FatFormat.TOTAL_SECTORS_32,
                "there is no room for clusters behind the tables");
        // Before the size of the table is looked at: FAT12 has smaller entries.
        check(
                geometry.type() == FatType.FAT32 || clusters >= FatFormat.MIN_FAT16_CLUSTERS,
                "cluster count",
                FatFormat.TOTAL_SECTORS_16,
                clusters + " clusters make it FAT12, which is not supported");
        var entries = geometry.fatSectors()
                * geometry.bytesPerSector()
                / geometry.type().entryBytes();
        check(
                entries >= clusters + FatFormat.FIRST_CLUSTER,
                "BPB_FATSz",
                FatFormat.FAT_SECTORS_32,
                "a table of " + entries + " entries is too small for " + clusters + " clusters");
    }

    private void checkFat16(FatGeometry geometry) throws MalformedFormatException {
        var clusters = geometry.clusterCount();
        check(
                clusters < FatFormat.MIN_FAT32_CLUSTERS,
                "cluster count",
                FatFormat.TOTAL_SECTORS_32,
                clusters + " clusters make it FAT32, but it has the boot sector of FAT16");
        check(
                geometry.rootEntries() > 0,
                "BPB_RootEntCnt",
                FatFormat.ROOT_ENTRIES,
                "FAT16 has its root directory in a place of its own");
    }

    // Not checked: that there are at least 65525 clusters. "mkfs.vfat -F 32" makes smaller volumes, and nothing reads
    // them in another way, because FAT16 needs the 16-bit size of the table.
    private void checkFat32(FatGeometry geometry) throws MalformedFormatException {
        check(
                geometry.clusterCount() <= FatFormat.MAX_FAT32_CLUSTERS,
                "cluster count",
                FatFormat.TOTAL_SECTORS_32,
                geometry.clusterCount() + " clusters are more than 28 bits can count");
        check(
                geometry.rootEntries() == 0,
                "BPB_RootEntCnt",
                FatFormat.ROOT_ENTRIES,
                "FAT32 has its root directory in clusters");
        check(u16(FatFormat.VERSION) == 0, "BPB_FSVer", FatFormat.VERSION, "only version 0.0 is known");
        check(
                geometry.hasCluster(geometry.rootCluster()),
                "BPB_RootClus",
                FatFormat.ROOT_CLUSTER,
                "there is no cluster " + Integer.toUnsignedString(geometry.rootCluster()));
    }

    private long totalSectors() {
        var small = u16(FatFormat.TOTAL_SECTORS_16);
        return small == 0 ? u32(FatFormat.TOTAL_SECTORS_32) : small;
    }

    private int activeFat(int fatCount) throws MalformedFormatException {
        var flags = u16(FatFormat.EXTENDED_FLAGS);
        if ((flags & FatFormat.NO_MIRRORING) == 0) {
            return 0;
        }
        var active = flags & FatFormat.ACTIVE_FAT_MASK;
        check(
                active < fatCount,
                "BPB_ExtFlags",
                FatFormat.EXTENDED_FLAGS,
                "table " + active + " of " + fatCount + " is said to be in use");
        return active;
    }

    private String label(int offset) {
        var bytes = new byte[FatFormat.SHORT_NAME_LENGTH];
        sector.get(offset, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1).stripTrailing();
    }

    private int u8(int offset) {
        return Byte.toUnsignedInt(sector.get(offset));
    }

    private int u16(int offset) {
        return Short.toUnsignedInt(sector.getShort(offset));
    }

    private long u32(int offset) {
        return Integer.toUnsignedLong(sector.getInt(offset));
    }

    private static void check(boolean fine, String field, int offset, String problem) throws MalformedFormatException {
        if (!fine) {
            throw new MalformedFormatException("FAT boot sector", field, offset, problem);
        }
    }
}
