package io.bascule.payload;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** A list of extents that grows block by block; neighbours become one. */
final class Extents {
    private final List<Extent> extents = new ArrayList<>();
    private long blocks;

    void add(long block) {
        add(new Extent(block, 1));
    }

    void add(Extent extent) {
        blocks += extent.blockCount();
        if (!extents.isEmpty() && extents.getLast().end() == extent.startBlock()) {
            var last = extents.removeLast();
            extents.add(new Extent(last.startBlock(), last.blockCount() + extent.blockCount()));
        } else {
            extents.add(extent);
        }
    }

    int count() {
        return extents.size();
    }

    long blocks() {
        return blocks;
    }

    List<Extent> list() {
        return List.copyOf(extents);
    }

    static void forEach(Extent extent, IntConsumer action) {
        for (var at = extent.startBlock(); at < extent.end(); at++) {
            action.accept(Math.toIntExact(at));
        }
    }

    /**
     * {@return {@code extents} cut into lists of at most so many blocks and so many extents each}
     */
    static List<List<Extent>> split(List<Extent> extents, long blocks, int count) {
        var parts = new ArrayList<List<Extent>>();
        var part = new Extents();
        for (var extent : extents) {
            for (var at = extent.startBlock(); at < extent.end(); ) {
                if (part.blocks == blocks || part.count() == count) {
                    parts.add(part.list());
                    part = new Extents();
                }
                var length = Math.min(extent.end() - at, blocks - part.blocks);
                part.add(new Extent(at, length));
                at += length;
            }
        }
        if (part.count() > 0) {
            parts.add(part.list());
        }
        return parts;
    }
}
