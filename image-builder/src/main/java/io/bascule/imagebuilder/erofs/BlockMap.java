package io.bascule.imagebuilder.erofs;

import java.util.BitSet;

/** Which blocks of an image are taken. */
final class BlockMap {
    private final BitSet taken = new BitSet();

    /** Takes those blocks, if all of them are free. */
    boolean claim(long first, long count) {
        if (!isFree(first, count)) {
            return false;
        }
        taken.set(Math.toIntExact(first), Math.toIntExact(first + count));
        return true;
    }

    boolean isFree(long first, long count) {
        var next = taken.nextSetBit(Math.toIntExact(first));
        return next < 0 || next >= first + count;
    }

    /** Takes {@code count} blocks: in the smallest hole that suffices, or else at the end. {@return the first} */
    long take(long count) {
        var hole = takeHole(count);
        if (hole >= 0) {
            return hole;
        }
        var end = taken.length();
        taken.set(end, Math.toIntExact(end + count));
        return end;
    }

    /** Takes {@code count} blocks in the smallest hole that suffices. {@return the first; -1 if there is no such hole} */
    long takeHole(long count) {
        var best = -1;
        var bestSize = Long.MAX_VALUE;
        for (var start = taken.nextClearBit(0); start < taken.length(); ) {
            var end = taken.nextSetBit(start);
            var size = (long) end - start;
            if (size >= count && size < bestSize) {
                best = start;
                bestSize = size;
            }
            start = taken.nextClearBit(end);
        }
        if (best >= 0) {
            taken.set(best, Math.toIntExact(best + count));
        }
        return best;
    }

    /** {@return the first block behind all that are taken} */
    long end() {
        return taken.length();
    }
}
