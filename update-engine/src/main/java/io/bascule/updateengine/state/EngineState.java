package io.bascule.updateengine.state;

import io.bascule.signing.Sha256Digest;
import io.bascule.signing.release.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the engine remembers. Transitions return another state; none of them writes.
 *
 * @param pending a switch that is not judged yet
 * @param knownBad each identity at most once, the oldest first, at most {@link #MAX_KNOWN_BAD}
 * @param history the oldest first, at most {@link #MAX_HISTORY}
 */
public record EngineState(Optional<Pending> pending, List<KnownBad> knownBad, List<HistoryEntry> history) {
    /** Of a host that is updated weekly, two years. */
    public static final int MAX_HISTORY = 200;

    /** Far more than a host meets in its life; with the history it keeps the document below its limit of 1 MiB. */
    public static final int MAX_KNOWN_BAD = 200;

    public static final EngineState EMPTY = new EngineState(Optional.empty(), List.of(), List.of());

    public EngineState {
        knownBad = List.copyOf(knownBad);
        history = List.copyOf(history);
    }

    public Optional<KnownBad> knownBad(Sha256Digest identity) {
        return knownBad.stream().filter(bad -> bad.identity().equals(identity)).findFirst();
    }

    public EngineState withPending(Pending changed) {
        return new EngineState(Optional.of(changed), knownBad, history);
    }

    public EngineState withoutPending() {
        return new EngineState(Optional.empty(), knownBad, history);
    }

    /** {@return this state with {@code bad} on the list; what is on it already stays as it is, if there is room} */
    public EngineState withKnownBad(KnownBad bad) {
        if (knownBad(bad.identity()).isPresent()) {
            return this;
        }
        var list = new ArrayList<>(knownBad);
        list.add(bad);
        return new EngineState(pending, newest(list, MAX_KNOWN_BAD), history);
    }

    /** {@return this state without those on the list that {@code which} holds for} */
    public EngineState forget(Predicate<KnownBad> which) {
        return new EngineState(pending, knownBad.stream().filter(which.negate()).toList(), history);
    }

    public EngineState withEvent(Instant time, HistoryEntry.Event event, Version version, String detail) {
        var list = new ArrayList<>(history);
        list.add(new HistoryEntry(time, event, version, detail));
        return new EngineState(pending, knownBad, newest(list, MAX_HISTORY));
    }

    private static <T> List<T> newest(List<T> list, int count) {
        return list.subList(Math.max(0, list.size() - count), list.size());
    }
}
