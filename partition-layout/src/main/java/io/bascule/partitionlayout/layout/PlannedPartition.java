package io.bascule.partitionlayout.layout;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.gpt.PartitionType;

/**
 * A partition before it has an identity.
 *
 * @param offset from the start of the disk, a multiple of 1 MiB
 * @param size a multiple of 1 MiB
 */
public record PlannedPartition(int number, String label, PartitionType type, ByteCount offset, ByteCount size) {

    /** {@return where the partition ends, the first byte behind it} */
    public ByteCount end() {
        return offset.plus(size);
    }

    /** {@return the partition's bytes on {@code disk}} */
    public BlockDevice open(BlockDevice disk) {
        return disk.slice(offset.bytes(), size.bytes());
    }
}
