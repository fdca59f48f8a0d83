package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;
import java.util.List;
import java.util.Optional;

/**
 * New content of a partition.
 *
 * @param name 1 to 36 letters, digits, underscores, dots and dashes
 * @param content whole blocks of 4096 bytes, one at least
 * @param old what hosts have now, if the payload is to be a delta: whole blocks, one at least
 * @param resemblances of parts of the content to parts of the old one, if the delta may have operations that only our own hosts
 *     know; parts of the content that more than one names are made by the first
 */
public record PartitionImage(
        String name, BlockDevice content, Optional<BlockDevice> old, List<Resemblance> resemblances) {
    public PartitionImage {
        resemblances = List.copyOf(resemblances);
        if (!PayloadFormat.PARTITION_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name for a partition: '" + name + "'");
        }
        checkSize("partition '" + name + "'", content);
        old.ifPresent(device -> checkSize("the old partition '" + name + "'", device));
        for (var resemblance : resemblances) {
            checkInside(name, resemblance.target(), content);
            old.ifPresent(device -> checkInside(name, resemblance.source(), device));
        }
    }

    /** A content that is sent whole, or as a delta of standard operations. */
    public PartitionImage(String name, BlockDevice content, Optional<BlockDevice> old) {
        this(name, content, old, List.of());
    }

    /** A content that is sent whole. */
    public PartitionImage(String name, BlockDevice content) {
        this(name, content, Optional.empty());
    }

    /** {@return whether a payload can hold the content: whole blocks, one at least} */
    public static boolean isWhole(BlockDevice content) {
        var size = content.size().bytes();
        return size > 0 && size % PayloadFormat.BLOCK_SIZE == 0;
    }

    private static void checkInside(String name, List<Resemblance.Stored> parts, BlockDevice device) {
        for (var part : parts) {
            if (part.blocks().end() > device.size().bytes() / PayloadFormat.BLOCK_SIZE) {
                throw new IllegalArgumentException("part of partition '" + name + "' is outside of it: " + part.blocks()
                        + " of " + device.size().bytes() + " bytes");
            }
        }
    }

    private static void checkSize(String what, BlockDevice content) {
        if (!isWhole(content)) {
            throw new IllegalArgumentException(what + " has " + content.size().bytes() + " bytes, not whole blocks of "
                    + PayloadFormat.BLOCK_SIZE);
        }
    }
}
