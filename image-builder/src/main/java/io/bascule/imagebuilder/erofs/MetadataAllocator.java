package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds room for inodes. Inline data must not cross a block boundary, so blocks are left with free ends; later inodes
 * that fit go there, into the smallest such room and the first of several.
 */
final class MetadataAllocator {
    private final TreeMap<Integer, TreeSet<Long>> gaps = new TreeMap<>();
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
        var gap = gaps.ceilingEntry(slots);
        if (gap != null) {
            var at = gap.getValue().removeFirst();
            if (gap.getValue().isEmpty()) {
                gaps.remove(gap.getKey());
            }
            addGap(at + slots, gap.getKey() - slots);
            return at;
        }
        var free = ErofsFormat.BLOCK - (int) (end % ErofsFormat.BLOCK);
        if (withinBlock && slots > free) {
            addGap(end, free);
            end += free;
        }
        var at = end;
        end += slots;
        return at;
    }

    private void addGap(long at, int size) {
        if (size > 0) {
            gaps.computeIfAbsent(size, ignored -> new TreeSet<>()).add(at);
        }
    }
}
