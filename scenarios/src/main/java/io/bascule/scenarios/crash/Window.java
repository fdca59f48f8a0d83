package io.bascule.scenarios.crash;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Chooses what of a window was written when the power went: sets of its units. */
final class Window {
    /** As usual up to here every subset. */
    static final int SMALL = 10;

    private final List<Unit> units;
    private final BitSet certain;
    private final Effort effort;

    /**
     * How much is tried.
     *
     * @param small every subset is tried of a window of up to so many sectors; the rest is for larger ones
     * @param cuts most prefixes, most single ones that are lost, most that are kept, most writes that are torn
     * @param samples how many random subsets
     */
    record Effort(int small, int cuts, int samples) {
        Effort(int cuts, int samples) {
            this(SMALL, cuts, samples);
        }
    }

    /** @param certain units that are there in any case: they had to be before they were answered (FUA) */
    Window(List<Unit> units, BitSet certain, Effort effort) {
        this.units = units;
        this.certain = certain;
        this.effort = effort;
    }

    /** {@return subsets, each of which the disk may hold; none and all among them} */
    Set<BitSet> choices(long seed) {
        var free = new ArrayList<Integer>();
        for (var i = 0; i < units.size(); i++) {
            if (!certain.get(i)) {
                free.add(i);
            }
        }
        return free.size() <= effort.small() ? all(free) : some(free, new Random(seed));
    }

    private Set<BitSet> all(List<Integer> free) {
        var result = new LinkedHashSet<BitSet>();
        for (var mask = 0; mask < 1 << free.size(); mask++) {
            var choice = (BitSet) certain.clone();
            for (var i = 0; i < free.size(); i++) {
                if ((mask >> i & 1) != 0) {
                    choice.set(free.get(i));
                }
            }
            result.add(choice);
        }
        return result;
    }

    private Set<BitSet> some(List<Integer> free, Random random) {
        var result = new LinkedHashSet<BitSet>();
        var count = free.size();
        var stride = Math.max(1, Math.ceilDiv(count, effort.cuts()));
        for (var i = 0; i <= count; i = i == count ? count + 1 : Math.min(count, i + stride)) {
            // In the order of the writes, torn at this sector.
            result.add(with(free, 0, i));
            if (i < count) {
                var kept = (BitSet) certain.clone();
                kept.set(free.get(i));
                result.add(kept);
                var lost = with(free, 0, count);
                lost.clear(free.get(i));
                result.add(lost);
            }
        }
        var ends = new ArrayList<Integer>();
        for (var i = 1; i <= count; i++) {
            if (i == count
                    || units.get(free.get(i)).event()
                            != units.get(free.get(i - 1)).event()) {
                ends.add(i);
            }
        }
        var writes = Math.max(1, Math.ceilDiv(ends.size(), effort.cuts()));
        for (var i = 0; i < ends.size(); i += writes) {
            tearOneWrite(free, i == 0 ? 0 : ends.get(i - 1), ends.get(i), result);
        }
        for (var sample = 0; sample < effort.samples(); sample++) {
            var likely = random.nextDouble();
            var choice = (BitSet) certain.clone();
            free.stream().filter(i -> random.nextDouble() < likely).forEach(choice::set);
            result.add(choice);
        }
        return result;
    }

    /** A later write is there as a whole, and this one only from or up to its middle. */
    private void tearOneWrite(List<Integer> free, int from, int to, Set<BitSet> result) {
        var middle = (from + to) / 2;
        var first = with(free, 0, free.size());
        var second = (BitSet) first.clone();
        for (var i = from; i < to; i++) {
            (i < middle ? first : second).clear(free.get(i));
        }
        result.add(first);
        result.add(second);
    }

    private BitSet with(List<Integer> free, int from, int to) {
        var choice = (BitSet) certain.clone();
        free.subList(from, to).forEach(choice::set);
        return choice;
    }
}
