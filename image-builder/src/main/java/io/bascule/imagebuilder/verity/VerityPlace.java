package io.bascule.imagebuilder.verity;

import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.util.Optional;

/**
 * Where in a tree of hashes a byte is.
 *
 * @param level how many levels the root's block is above: 0 for that one, whose hash is the root hash
 * @param levels how many there are
 * @param block of the level, from 0
 * @param hash in that block, from 0
 */
public record VerityPlace(int level, int levels, long block, int hash) {
    /** The size of a block of hashes in bytes; the superblock has one for itself. */
    public static final int BLOCK = VerityFormat.BLOCK;

    /**
     * {@return which hash has the byte at {@code offset} of a hash device; nothing for the superblock and for what is behind
     * the tree}
     *
     * @throws io.bascule.partitionlayout.MalformedFormatException if {@code device} has no superblock of the kind that
     *     {@link VerityWriter} writes
     */
    public static Optional<VerityPlace> of(BlockDevice device, long offset) throws IOException {
        var levels = VerityTree.of(VeritySuperblock.read(device).dataBlocks()).levels();
        for (var i = 0; i < levels.size(); i++) {
            var within = offset - levels.get(i).offset();
            if (within >= 0 && within < levels.get(i).size()) {
                return Optional.of(new VerityPlace(
                        i,
                        levels.size(),
                        within / VerityFormat.BLOCK,
                        (int) (within % VerityFormat.BLOCK) / VerityFormat.DIGEST_SIZE));
            }
        }
        return Optional.empty();
    }
}
