package io.bascule.scenarios.script;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What happened in a scenario, sentence by sentence. Steps do not overlap. */
public final class Timeline {
    private final long begin = System.nanoTime();
    private final List<Step> steps = new ArrayList<>();
    private final Consumer<String> beginning;
    private final Consumer<Step> ended;

    /**
     * @param beginning hears of each sentence when it begins
     * @param ended hears of each step when it has ended, well or not
     */
    public Timeline(Consumer<String> beginning, Consumer<Step> ended) {
        this.beginning = beginning;
        this.ended = ended;
    }

    /** What a step does. */
    @FunctionalInterface
    public interface Action {
        /** {@return what was seen, worth a look afterwards; may be empty} */
        String run() throws Exception;
    }

    /** Does something under a sentence that says what. */
    public void step(Step.Kind kind, String text, Action action) throws Exception {
        beginning.accept(text);
        var start = now();
        try {
            end(new Step(kind, text, start, now(), "", Optional.empty()), action.run(), Optional.empty());
        } catch (Exception | AssertionError e) {
            end(
                    new Step(kind, text, start, now(), "", Optional.empty()),
                    "",
                    Optional.of(e.getMessage() == null ? e.toString() : e.getMessage()));
            throw e;
        }
    }

    private void end(Step begun, String found, Optional<String> failure) {
        var step = new Step(begun.kind(), begun.text(), begun.start(), now(), found, failure);
        steps.add(step);
        ended.accept(step);
    }

    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** {@return the time since the scenario began} */
    public Duration now() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
