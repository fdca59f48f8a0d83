package io.bascule.imagebuilder.verity;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/**
 * What the superblock of a hash device says.
 *
 * @param uuid of the hash device
 * @param salt as hexadecimal digits, {@code -} if there is none
 * @param dataSize how much data it protects, in bytes
 * @param hashSize of superblock and hashes, in bytes
 */
public record VerityFacts(UUID uuid, String algorithm, String salt, long dataSize, long hashSize) {
    /** {@return whether {@code device} begins like a hash device} */
    public static boolean isOne(BlockDevice device) throws IOException {
        if (device.size().bytes() < VerityFormat.SUPERBLOCK_SIZE) {
            return false;
        }
        var start = new byte[VerityFormat.SIGNATURE.length];
        device.read(0, ByteBuffer.wrap(start));
        return Arrays.equals(start, VerityFormat.SIGNATURE);
    }

    /** @throws MalformedFormatException if {@code device} has no superblock, or one of another kind than we write */
    public static VerityFacts read(BlockDevice device) throws IOException {
        var superblock = VeritySuperblock.read(device);
        return new VerityFacts(
                superblock.uuid(),
                VerityFormat.ALGORITHM,
                superblock.salt().toString(),
                superblock.dataBlocks() * VerityFormat.BLOCK,
                VerityTree.of(superblock.dataBlocks()).size().bytes());
    }
}
