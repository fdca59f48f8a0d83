package io.bascule.partitionlayout;

/** The logical sector of a disk: the unit of its {@link Lba}s. */
public enum SectorSize {
    B512(512),
    B4096(4096);

    private final int bytes;

    SectorSize(int bytes) {
        this.bytes = bytes;
    }

    public int bytes() {
        return bytes;
    }
}
