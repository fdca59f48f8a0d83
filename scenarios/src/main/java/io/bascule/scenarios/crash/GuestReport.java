package io.bascule.scenarios.crash;

import io.bascule.scenarios.bootpath.BootOutcome;
import io.bascule.scenarios.bootpath.Margin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What exploring the trace of a host came to.
 *
 * @param events of the trace
 * @param windows how often there were unflushed writes that the boot path reads
 * @param largest most sectors of such a window
 * @param states that were made
 * @param distinct states that differ in a byte of what the boot path reads, or in what they may boot; only these were booted
 * @param withoutFallback states in which a name was being changed and a bad release on trial would leave nothing to fall back to
 */
public record GuestReport(
        int events,
        int windows,
        int largest,
        long states,
        long distinct,
        long withoutFallback,
        List<Failure> failures,
        List<Explored> explored) {

    /** A state that did not end as it must. */
    public record Failure(GuestRecipe recipe, Phase phase, String reason) {
        @Override
        public String toString() {
            return recipe + " (" + phase + "): " + reason;
        }
    }

    /** A state that ended well, and what its first boot comes to. */
    public record Explored(GuestRecipe recipe, Phase phase, Margin margin, List<String> oddities, BootOutcome next) {}

    /** {@return up to {@code most} states that were closest to failing; of those that are odd in the same way one for each phase} */
    public List<Explored> closest(int most) {
        var sorted = new ArrayList<>(explored);
        sorted.sort(Comparator.comparing(Explored::margin)
                .thenComparingInt(state -> -state.oddities().size()));
        var kinds = new HashSet<List<Object>>();
        return sorted.stream()
                .filter(state ->
                        kinds.add(List.of(state.phase().name(), state.margin(), state.oddities(), state.next())))
                .limit(most)
                .toList();
    }

    /** {@return for each phase the last state of it that is not odd at all} */
    public List<Explored> ordinary() {
        return explored.stream()
                .map(Explored::phase)
                .distinct()
                .map(phase -> explored.reversed().stream()
                        .filter(state ->
                                state.phase().equals(phase) && state.oddities().isEmpty())
                        .findFirst())
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public String toString() {
        return states + " states in " + windows + " windows of up to " + largest + " sectors, " + distinct
                + " distinct, " + withoutFallback + " without a fallback while a name changed, " + failures.size()
                + " failures";
    }
}
