package io.bascule.scenarios.script;

import java.time.Duration;
import java.util.Optional;

/**
 * One sentence of a scenario that was played.
 *
 * @param kind what sort of thing happened
 * @param text the sentence
 * @param start since the scenario began
 * @param end since the scenario began
 * @param found what was seen, worth a look afterwards; may be empty
 * @param failure why it did not go as it must
 */
public record Step(Kind kind, String text, Duration start, Duration end, String found, Optional<String> failure) {
    /** Sorts of things that happen. */
    public enum Kind {
        /** Releases and disks are made. */
        PREPARE,
        /** A machine is switched on, restarts or comes up. */
        BOOT,
        /** The engine works. */
        ENGINE,
        /** Something is broken on purpose. */
        FAULT,
        /** Something is looked at. */
        CHECK
    }

    public Duration duration() {
        return end.minus(start);
    }
}
