package io.bascule.imagebuilder.erofs;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Where everything goes.
 *
 * @param inodes where each inode begins, in bytes from the start of the image, by its number
 * @param inodeBlocks the first block of directories and symbolic links that have any, by the number of the inode
 * @param xattrBlock the first block of the shared extended attributes
 * @param contents the first block of each unit of a content
 * @param metadataBlocks how many blocks have inodes in them
 * @param blocks the size of the image
 */
record Places(
        List<Long> inodes,
        Map<Integer, Long> inodeBlocks,
        long xattrBlock,
        Map<StoredContent, long[]> contents,
        long metadataBlocks,
        long blocks) {
    /** Decides. */
    @FunctionalInterface
    interface Planner {
        Places plan(Demand demand) throws IOException;
    }
}
