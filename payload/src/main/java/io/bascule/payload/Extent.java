package io.bascule.payload;

/**
 * Neighbouring blocks of a partition.
 *
 * @param startBlock the first one, not negative
 * @param blockCount how many, at least one
 */
public record Extent(long startBlock, long blockCount) {
    public Extent {
        if (startBlock < 0 || blockCount < 1 || startBlock > Long.MAX_VALUE - blockCount) {
            throw new IllegalArgumentException("not an extent: " + blockCount + " blocks from " + startBlock);
        }
    }

    /** {@return the block behind the last one} */
    long end() {
        return startBlock + blockCount;
    }
}
