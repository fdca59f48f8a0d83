package io.bascule.partitionlayout.fat;

/** The kinds of FAT that are read here. FAT12 is for floppy disks. */
public enum FatType {
    FAT16(2, 0xFFF7),
    FAT32(4, 0x0FFF_FFF7);

    private final int entryBytes;
    private final int badCluster;

    FatType(int entryBytes, int badCluster) {
        this.entryBytes = entryBytes;
        this.badCluster = badCluster;
    }

    /** {@return the size of one entry of the table} */
    int entryBytes() {
        return entryBytes;
    }

    /** {@return the entry of a defective cluster; every larger one ends a chain} */
    int badCluster() {
        return badCluster;
    }
}
