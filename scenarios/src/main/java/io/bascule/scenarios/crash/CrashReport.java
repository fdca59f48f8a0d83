package io.bascule.scenarios.crash;

import io.bascule.scenarios.bootpath.Margin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What exploring came to.
 *
 * @param windows how often the disk held writes that were not flushed
 * @param states that were made, each by its recipe
 * @param distinct states that differ in a byte, or in what they may boot; only these were booted
 * @param followed how many of them were then updated by the engine to another release, and booted that
 * @param withoutFallback states in which a name was being changed and a bad new release would leave nothing to fall back to
 * @param failures states that did not end as they must
 * @param closest the states that were closest to failing
 */
public record CrashReport(
        int windows,
        long states,
        long distinct,
        long followed,
        long withoutFallback,
        List<Failure> failures,
        List<Close> closest) {
    /** How many of the closest are kept. */
    static final int CLOSEST = 20;

    /** A state that did not end as it must. */
    public record Failure(Recipe recipe, String reason) {
        @Override
        public String toString() {
            return recipe + ": " + reason;
        }
    }

    /** A state that ended well. */
    public record Close(Recipe recipe, Margin margin, List<String> oddities) {
        @Override
        public String toString() {
            return recipe + ": " + margin + (oddities.isEmpty() ? "" : ", " + String.join(", ", oddities));
        }
    }

    static final CrashReport EMPTY = new CrashReport(0, 0, 0, 0, 0, List.of(), List.of());

    /** {@return both together} */
    public CrashReport plus(CrashReport other) {
        return new CrashReport(
                windows + other.windows,
                states + other.states,
                distinct + other.distinct,
                followed + other.followed,
                withoutFallback + other.withoutFallback,
                Stream.concat(failures.stream(), other.failures.stream()).toList(),
                closest(Stream.concat(closest.stream(), other.closest.stream()).toList()));
    }

    /** What is odd comes first among those with the same margin; of what a scenario makes odd in the same way, one. */
    static List<Close> closest(List<Close> all) {
        var sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparing(Close::margin)
                .thenComparingInt(close -> -close.oddities().size()));
        var kinds = new HashSet<List<Object>>();
        return sorted.stream()
                .filter(close -> kinds.add(List.of(close.recipe().scenario(), close.margin(), close.oddities())))
                .limit(CLOSEST)
                .toList();
    }

    @Override
    public String toString() {
        return states + " states in " + windows + " windows, " + distinct + " distinct, " + followed
                + " followed by an update, " + withoutFallback + " without a fallback while a name changed, "
                + failures.size() + " failures"
                + failures.stream().map(failure -> "\n  " + failure).collect(Collectors.joining());
    }
}
