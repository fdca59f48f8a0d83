package io.bascule.imagebuilder.erofs;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Free room between inodes, none of it across the border of a block. Places and sizes are in one unit, whichever. */
final class MetadataGaps {
    private final TreeMap<Integer, TreeSet<Long>> bySize = new TreeMap<>();

    void add(long at, int size) {
        if (size > 0) {
            bySize.computeIfAbsent(size, ignored -> new TreeSet<>()).add(at);
        }
    }

    /** {@return where {@code size} units were taken: in the smallest gap that suffices, the first of several; -1 if in none} */
    long takeBest(int size) {
        var gap = bySize.ceilingEntry(size);
        return gap == null ? -1 : take(gap.getKey(), gap.getValue().first(), size);
    }

    /** {@return where {@code size} units were taken: in the first gap that suffices; -1 if in none} */
    long takeFirst(int size) {
        return bySize.tailMap(size).entrySet().stream()
                .min(Map.Entry.comparingByValue((one, other) -> Long.compare(one.first(), other.first())))
                .map(gap -> take(gap.getKey(), gap.getValue().first(), size))
                .orElse(-1L);
    }

    private long take(int gap, long at, int size) {
        var same = bySize.get(gap);
        if (same == null || !same.remove(at)) {
            throw new IllegalStateException("no gap of " + gap + " units at " + at);
        }
        if (same.isEmpty()) {
            bySize.remove(gap);
        }
        add(at + size, gap - size);
        return at;
    }
}
