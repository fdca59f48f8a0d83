package io.bascule.partitionlayout.gpt;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.Lba;
import io.bascule.partitionlayout.SectorSize;

/**
 * One used entry of a partition table (UEFI Specification 2.10, section 5.3.3).
 *
 * @param type what the partition holds, see {@link PartitionType}; never {@link Guid#ZERO}
 * @param unique the partition's own identity, Linux's PARTUUID
 * @param first its first sector
 * @param last its last sector, which belongs to it
 * @param attributes see {@link PartitionAttributes}; unknown bits are kept
 * @param name its label, at most 36 UTF-16 code units (an emoji takes two), without NUL
 */
public record PartitionEntry(Guid type, Guid unique, Lba first, Lba last, long attributes, String name) {
    public PartitionEntry {
        if (type.equals(Guid.ZERO)) {
            throw new IllegalArgumentException("the type of a used entry cannot be zero (partition '" + name + "')");
        }
        if (last.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "partition '" + name + "' ends at " + last + ", before it begins at " + first);
        }
        if (name.length() > GptFormat.NAME_LENGTH) {
            throw new IllegalArgumentException("the name '" + name + "' has " + name.length()
                    + " UTF-16 code units, a partition entry holds " + GptFormat.NAME_LENGTH);
        }
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("NUL ends a partition's name and cannot be part of '" + name + "'");
        }
    }

    /** {@return how many sectors it has} */
    public long sectors() {
        return last.value() - first.value() + 1;
    }

    public ByteCount size(SectorSize sectorSize) {
        return new ByteCount(Math.multiplyExact(sectors(), sectorSize.bytes()));
    }

    /** {@return the same partition with another label} */
    public PartitionEntry withName(String changed) {
        return new PartitionEntry(type, unique, first, last, attributes, changed);
    }

    /** {@return the same partition with another identity} */
    public PartitionEntry withUnique(Guid changed) {
        return new PartitionEntry(type, changed, first, last, attributes, name);
    }
}
