package io.bascule.imagebuilder.erofs;

import java.util.List;

/**
 * What wants a place in an image.
 *
 * @param metadataStart the first byte behind superblock and compression configuration
 * @param inodes in the order of the {@link InodeTable}
 * @param xattrBlocks how many blocks the shared extended attributes take
 * @param contents each distinct content once, in the order of inodes
 */
record Demand(long metadataStart, List<ForInode> inodes, long xattrBlocks, List<ForContent> contents) {
    /**
     * An inode.
     *
     * @param length with all that follows it, in bytes
     * @param withinBlock whether it must not cross a block boundary; it has at most a block's size then
     * @param blocks how many consecutive blocks of its own it has besides: of directories and symbolic links
     */
    record ForInode(int length, boolean withinBlock, long blocks) {}

    /**
     * The contents of regular files.
     *
     * @param units for each part that has to be consecutive how many blocks it takes, in the order of the file: the
     *     units of packed contents, flat ones as a whole
     */
    record ForContent(StoredContent content, List<Integer> units) {}
}
