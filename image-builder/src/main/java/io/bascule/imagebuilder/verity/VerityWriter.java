package io.bascule.imagebuilder.verity;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.layout.RootHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Makes the hash device of a data device: superblock and hash tree, the same bytes as {@code veritysetup format}. Memory
 * does not grow with the data (8 MiB a thread).
 */
public final class VerityWriter {
    private VerityWriter() {}

    /**
     * {@return how large the hash device of so much data is}
     *
     * @throws IllegalArgumentException if {@code dataSize} is not a positive multiple of 4096
     */
    public static ByteCount hashSize(ByteCount dataSize) {
        return VerityTree.of(VerityTree.dataBlocks(dataSize)).size();
    }

    /**
     * Hashes {@code data} and writes the first {@link #hashSize} bytes of {@code hash}.
     *
     * @param uuid of the hash device, an input so that equal inputs give equal bytes
     * @param salt the same for all builds of a product, so that a delta is small
     * @param threads how many threads hash, from 1
     * @throws IllegalArgumentException if {@code data} is not a positive multiple of 4096 bytes, or {@code hash} is too
     *     small
     */
    public static RootHash write(BlockDevice data, BlockDevice hash, UUID uuid, VeritySalt salt, int threads)
            throws IOException {
        var dataBlocks = VerityTree.dataBlocks(data.size());
        var tree = VerityTree.of(dataBlocks);
        if (hash.size().compareTo(tree.size()) < 0) {
            throw new IllegalArgumentException("the hashes need " + tree.size().bytes() + " bytes, the hash device has "
                    + hash.size().bytes());
        }
        var firstBlock = ByteBuffer.allocate(VerityFormat.BLOCK);
        firstBlock.put(new VeritySuperblock(uuid, salt, dataBlocks).encode());
        hash.write(0, firstBlock.clear());

        var root = new byte[VerityFormat.DIGEST_SIZE];
        try (var hasher = new BlockHasher(salt, threads)) {
            var source = data;
            for (var level : tree.levels().reversed()) {
                var target = hash.slice(level.offset(), level.size());
                hasher.hash(source, (block, digests) -> {
                    target.write(block * VerityFormat.DIGEST_SIZE, wholeBlocks(digests));
                });
                source = target;
            }
            hasher.hash(source, (block, digests) -> digests.get(root));
        }
        return RootHash.of(root);
    }

    /** What a last hash block leaves free is zero. */
    private static ByteBuffer wholeBlocks(ByteBuffer digests) {
        var size = Math.ceilDiv(digests.remaining(), VerityFormat.BLOCK) * VerityFormat.BLOCK;
        return digests.remaining() == size
                ? digests
                : ByteBuffer.allocate(size).put(digests).clear();
    }
}
