package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;

/**
 * New content of a partition.
 *
 * @param name 1 to 36 letters, digits, underscores, dots and dashes
 * @param content whole blocks of 4096 bytes, one at least
 */
public record PartitionImage(String name, BlockDevice content) {
    public PartitionImage {
        if (!PayloadFormat.PARTITION_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name for a partition: '" + name + "'");
        }
        var size = content.size().bytes();
        if (size == 0 || size % PayloadFormat.BLOCK_SIZE != 0) {
            throw new IllegalArgumentException(
                    "partition '" + name + "' has " + size + " bytes, not whole blocks of " + PayloadFormat.BLOCK_SIZE);
        }
    }
}
