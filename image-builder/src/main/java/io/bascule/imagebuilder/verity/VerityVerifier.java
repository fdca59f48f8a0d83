package io.bascule.imagebuilder.verity;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.layout.RootHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** Verifies data against hash device and root hash, from the root down, as the kernel would when all of it is read. */
public final class VerityVerifier {
    private VerityVerifier() {}

    /**
     * {@return whether all is intact, or the first bad block: of the highest level of hashes that has one, then of data}
     *
     * @param data only as many blocks as the superblock says are looked at
     * @param threads how many threads hash, from 1
     * @throws MalformedFormatException if {@code hash} has no superblock of the kind that {@link VerityWriter} writes, or
     *     one of the devices is shorter than it says
     */
    public static VerityVerdict verify(BlockDevice data, BlockDevice hash, RootHash root, int threads)
            throws IOException {
        var superblock = VeritySuperblock.read(hash);
        var tree = VerityTree.of(superblock.dataBlocks());
        var dataSize = superblock.dataBlocks() * VerityFormat.BLOCK;
        if (data.size().bytes() < dataSize || hash.size().compareTo(tree.size()) < 0) {
            throw new MalformedFormatException(
                    "dm-verity superblock",
                    "data_blocks",
                    VerityFormat.SB_DATA_BLOCKS,
                    superblock.dataBlocks() + " blocks need " + dataSize + " bytes of data and "
                            + tree.size().bytes() + " of hashes, there are "
                            + data.size().bytes() + " and " + hash.size().bytes());
        }
        try (var hasher = new BlockHasher(superblock.salt(), threads)) {
            Expected expected = (block, digests) -> digests.put(root.bytes());
            for (var level : tree.levels()) {
                var hashes = hash.slice(level.offset(), level.size());
                var bad = firstBad(hasher, hashes, expected);
                if (bad.isPresent()) {
                    return new VerityVerdict.BadHashBlock(level.firstBlock() + bad.getAsLong());
                }
                expected = (block, digests) -> hashes.read(block * VerityFormat.DIGEST_SIZE, digests);
            }
            var bad = firstBad(hasher, data.slice(0, dataSize), expected);
            return bad.isPresent() ? new VerityVerdict.BadDataBlock(bad.getAsLong()) : new VerityVerdict.Intact();
        }
    }

    /** Knows the digests that blocks should have. */
    @FunctionalInterface
    private interface Expected {
        /** Fills {@code digests} with those of the blocks from {@code block} on. */
        void read(long block, ByteBuffer digests) throws IOException;
    }

    private static OptionalLong firstBad(BlockHasher hasher, BlockDevice blocks, Expected expected) throws IOException {
        var bad = new long[] {Long.MAX_VALUE};
        hasher.hash(blocks, (first, found) -> {
            var wanted = ByteBuffer.allocate(found.remaining());
            expected.read(first, wanted);
            var mismatch = wanted.flip().mismatch(found);
            if (mismatch >= 0) {
                bad[0] = Math.min(bad[0], first + mismatch / VerityFormat.DIGEST_SIZE);
            }
        });
        return bad[0] == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(bad[0]);
    }
}
