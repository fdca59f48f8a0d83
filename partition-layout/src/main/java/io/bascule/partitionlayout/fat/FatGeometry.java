package io.bascule.partitionlayout.fat;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.SectorSize;

/**
 * Where the parts of a volume lie.
 *
 * @param bytesPerSector 512 to 4096
 * @param reservedSectors before the first table
 * @param fatSectors of one table
 * @param rootEntries of FAT16's root directory, which stands between tables and clusters; 0 on FAT32
 * @param rootCluster where FAT32's root directory begins; 0 on FAT16
 * @param activeFat the table that counts
 */
record FatGeometry(
        FatType type,
        int bytesPerSector,
        int sectorsPerCluster,
        int reservedSectors,
        int fatCount,
        long fatSectors,
        long totalSectors,
        int rootEntries,
        int rootCluster,
        int activeFat) {
    /** Flash and 4 KiB sectors like it. */
    private static final int DATA_ALIGNMENT = 4096;

    private static final int PREFERRED_CLUSTER = 4096;
    private static final int FAT_COPIES = 2;
    private static final long MAX_SECTORS = 0xFFFF_FFFFL;

    /**
     * {@return the layout of a new FAT32 volume: clusters of 4 KiB, or the largest below at which it still is FAT32}
     *
     * @throws IllegalArgumentException if there is none
     */
    static FatGeometry fat32(ByteCount size, SectorSize sectorSize) {
        var bytesPerSector = sectorSize.bytes();
        var totalSectors = size.bytes() / bytesPerSector;
        for (var cluster = PREFERRED_CLUSTER; cluster >= bytesPerSector; cluster /= 2) {
            var sectorsPerCluster = cluster / bytesPerSector;
            if (totalSectors >= minimumSectors(bytesPerSector, sectorsPerCluster)) {
                var geometry = fat32(bytesPerSector, sectorsPerCluster, totalSectors);
                if (totalSectors > MAX_SECTORS || geometry.clusterCount() > FatFormat.MAX_FAT32_CLUSTERS) {
                    throw new IllegalArgumentException("a volume of " + size + " is too large for FAT32");
                }
                return geometry;
            }
        }
        throw new IllegalArgumentException(
                "a volume of " + size.bytes() + " bytes is too small for FAT32 with sectors of " + bytesPerSector
                        + " bytes: it needs at least " + minimumSectors(bytesPerSector, 1) * bytesPerSector);
    }

    private static FatGeometry fat32(int bytesPerSector, int sectorsPerCluster, long totalSectors) {
        var upper = tableSectors((totalSectors - FatFormat.MIN_RESERVED_SECTORS) / sectorsPerCluster, bytesPerSector);
        // The table needs no entries for the sectors that it takes itself.
        var fatSectors = upper;
        while (tableSectors(
                        fat32(bytesPerSector, sectorsPerCluster, totalSectors, fatSectors - 1)
                                .clusterCount(),
                        bytesPerSector)
                < fatSectors) {
            fatSectors--;
        }
        return fat32(bytesPerSector, sectorsPerCluster, totalSectors, fatSectors);
    }

    private static FatGeometry fat32(int bytesPerSector, int sectorsPerCluster, long totalSectors, long fatSectors) {
        return new FatGeometry(
                FatType.FAT32,
                bytesPerSector,
                sectorsPerCluster,
                reservedSectors(bytesPerSector, fatSectors),
                FAT_COPIES,
                fatSectors,
                totalSectors,
                0,
                FatFormat.FIRST_CLUSTER,
                0);
    }

    private static long minimumSectors(int bytesPerSector, int sectorsPerCluster) {
        var clusters = (long) FatFormat.MIN_FAT32_CLUSTERS + FatFormat.SAFETY_CLUSTERS;
        var fatSectors = tableSectors(clusters, bytesPerSector);
        return reservedSectors(bytesPerSector, fatSectors) + FAT_COPIES * fatSectors + clusters * sectorsPerCluster;
    }

    private static int reservedSectors(int bytesPerSector, long fatSectors) {
        var unit = Math.max(1, DATA_ALIGNMENT / bytesPerSector);
        var tables = FAT_COPIES * fatSectors;
        return (int) (Math.ceilDiv(FatFormat.MIN_RESERVED_SECTORS + tables, unit) * unit - tables);
    }

    private static long tableSectors(long clusters, int bytesPerSector) {
        return Math.ceilDiv((clusters + FatFormat.FIRST_CLUSTER) * FatType.FAT32.entryBytes(), bytesPerSector);
    }

    long clusterCount() {
        return (totalSectors - dataSector()) / sectorsPerCluster;
    }

    int clusterBytes() {
        return bytesPerSector * sectorsPerCluster;
    }

    /** {@return where table {@code index} begins, in bytes} */
    long fatOffset(int index) {
        return (reservedSectors + index * fatSectors) * bytesPerSector;
    }

    /** {@return where FAT16's root directory begins, in bytes} */
    long rootDirectoryOffset() {
        return fatOffset(fatCount);
    }

    /** {@return where cluster {@code number} begins, in bytes} */
    long clusterOffset(int number) {
        return dataSector() * bytesPerSector + (long) (number - FatFormat.FIRST_CLUSTER) * clusterBytes();
    }

    /** {@return where the entry of cluster {@code number} stands in the table that counts, in bytes} */
    long entryOffset(int number) {
        return fatOffset(activeFat) + (long) number * type.entryBytes();
    }

    /** {@return whether the volume has a cluster of that number, to be taken as unsigned} */
    boolean hasCluster(int number) {
        return number >= FatFormat.FIRST_CLUSTER && number - FatFormat.FIRST_CLUSTER < clusterCount();
    }

    /** {@return how many clusters {@code bytes} take} */
    long clustersFor(long bytes) {
        return Math.ceilDiv(bytes, clusterBytes());
    }

    private long dataSector() {
        var rootSectors = Math.ceilDiv((long) rootEntries * FatFormat.ENTRY_SIZE, bytesPerSector);
        return reservedSectors + fatCount * fatSectors + rootSectors;
    }
}
