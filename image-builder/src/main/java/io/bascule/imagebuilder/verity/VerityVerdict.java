package io.bascule.imagebuilder.verity;

/** What {@link VerityVerifier} found. */
public sealed interface VerityVerdict {
    /** Every block leads up to the root hash. */
    record Intact() implements VerityVerdict {}

    /**
     * A block of the hash device is not what the block above it, or the root hash, says.
     *
     * @param block its number, the superblock being 0
     */
    record BadHashBlock(long block) implements VerityVerdict {}

    /**
     * A block of data is not what its hash says.
     *
     * @param block its number
     */
    record BadDataBlock(long block) implements VerityVerdict {}
}
