package io.bascule.imagebuilder.verity;

import io.bascule.partitionlayout.ByteCount;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the levels of a hash tree lie. The superblock has the first block; the root block follows, and the hashes of the
 * data blocks come last.
 *
 * @param levels from the root down; the last holds the hashes of data blocks. A single block of data has none: its hash
 *     is the root hash
 */
record VerityTree(List<Level> levels) {
    /**
     * One level.
     *
     * @param firstBlock in the hash device
     * @param blocks how many there are
     */
    record Level(long firstBlock, long blocks) {
        long offset() {
            return firstBlock * VerityFormat.BLOCK;
        }

        long size() {
            return blocks * VerityFormat.BLOCK;
        }
    }

    static VerityTree of(long dataBlocks) {
        var counts = new ArrayList<Long>();
        var count = dataBlocks;
        while (count > 1) {
            count = Math.ceilDiv(count, VerityFormat.DIGESTS_PER_BLOCK);
            counts.addFirst(count);
        }
        var levels = new ArrayList<Level>();
        var at = 1L;
        for (var blocks : counts) {
            levels.add(new Level(at, blocks));
            at += blocks;
        }
        return new VerityTree(List.copyOf(levels));
    }

    /** {@return the number of whole blocks in {@code size}, which must be a positive multiple of 4096} */
    static long dataBlocks(ByteCount size) {
        if (size.bytes() == 0 || size.bytes() % VerityFormat.BLOCK != 0) {
            throw new IllegalArgumentException(
                    "the data to protect must be a positive multiple of 4096 bytes, not " + size.bytes());
        }
        return size.bytes() / VerityFormat.BLOCK;
    }

    /** {@return the size of superblock and hashes} */
    ByteCount size() {
        return new ByteCount(
                VerityFormat.BLOCK + levels.stream().mapToLong(Level::size).sum());
    }
}
