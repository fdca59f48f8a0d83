package io.bascule.imagebuilder.erofs.read;

import io.bascule.partitionlayout.ByteCount;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * What an image says about itself.
 *
 * @param blockBits log2 of the size of a block
 * @param blocks how many the image has
 * @param inodes how many the image says it has
 * @param buildTime time of every inode that has none of its own
 * @param algorithms what files may be compressed with
 * @param zeroPadding whether compressed data stand at the end of their blocks, behind zeros
 * @param fragments whether ends of files may be in the packed file
 * @param rootNid number of the root directory
 * @param packedNid number of the file that holds fragments of others; 0 if there is none
 * @param metaBlock where inode number 0 would be
 * @param xattrBlock where shared extended attributes begin
 */
public record ErofsSuperblock(
        int blockBits,
        long blocks,
        long inodes,
        Instant buildTime,
        UUID uuid,
        String volumeName,
        Set<ErofsExtent.Storage> algorithms,
        boolean zeroPadding,
        boolean fragments,
        long rootNid,
        long packedNid,
        long metaBlock,
        long xattrBlock) {
    public ErofsSuperblock {
        algorithms = Set.copyOf(algorithms);
    }

    /** {@return the size of a block in bytes} */
    public int blockSize() {
        return 1 << blockBits;
    }

    /** {@return the size of the image; what it lies in may be larger} */
    public ByteCount size() {
        return new ByteCount(blocks << blockBits);
    }
}
