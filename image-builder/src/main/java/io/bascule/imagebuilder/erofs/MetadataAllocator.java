package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;

/**
 * Finds room for inodes. Inline data must not cross a block boundary, so blocks are left with free ends; later inodes
 * that fit go there, into the smallest such room and the first of several.
 */
final class MetadataAllocator {
    private final MetadataGaps gaps = new MetadataGaps();
    private long end;

    /** @param start the first free byte of the image */
    MetadataAllocator(long start) {
        this.end = ErofsFormat.roundUp(start, ErofsFormat.INODE_SLOT);
    }

    /** {@return where the metadata ends, in bytes} */
    long end() {
        return end;
    }

    /**
     * {@return where an inode of {@code length} bytes goes, in bytes}
     *
     * @param withinBlock whether it must not cross a block boundary; it has at most a block's size then
     */
    long allocate(int length, boolean withinBlock) {
        var slots = (int) ErofsFormat.roundUp(length, ErofsFormat.INODE_SLOT);
        var gap = gaps.takeBest(slots);
        if (gap >= 0) {
            return gap;
        }
        var free = ErofsFormat.BLOCK - (int) (end % ErofsFormat.BLOCK);
        if (withinBlock && slots > free) {
            gaps.add(end, free);
            end += free;
        }
        var at = end;
        end += slots;
        return at;
    }
}
