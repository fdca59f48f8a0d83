package io.bascule.partitionlayout;

/**
 * A logical block address: the number of a sector, counted from the start of the disk.
 *
 * @param value from 0 to {@link Long#MAX_VALUE}
 */
public record Lba(long value) implements Comparable<Lba> {
    public Lba {
        if (value < 0) {
            throw new IllegalArgumentException("an LBA cannot be negative: " + value);
        }
    }

    public Lba plus(long sectors) {
        return new Lba(Math.addExact(value, sectors));
    }

    /** {@return where this sector begins, in bytes from the start of the disk} */
    public long byteOffset(SectorSize sectorSize) {
        return Math.multiplyExact(value, sectorSize.bytes());
    }

    @Override
    public int compareTo(Lba other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return "LBA " + value;
    }
}
