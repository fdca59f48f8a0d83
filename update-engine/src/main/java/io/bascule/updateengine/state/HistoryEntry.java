package io.bascule.updateengine.state;

import io.bascule.signing.release.Version;
import java.time.Instant;

/**
 * Something that happened.
 *
 * @param version the release that it happened to
 * @param detail one line for people; may be empty, and a long one is cut
 */
public record HistoryEntry(Instant time, Event event, Version version, String detail) {
    public HistoryEntry {
        detail = ShortText.of(detail);
    }

    /** What happened. */
    public enum Event {
        /** A release was written to a slot, or found there, and the next boot will start it. */
        INSTALLED,
        /** The admin asked for the other slot. */
        ROLLBACK_REQUESTED,
        /** A release that was installed runs, and its health checks passed. */
        UPDATED,
        /** The release of before an update runs again because the admin asked for it. */
        ROLLED_BACK,
        /** A release used up its tries; the host runs what it ran before. */
        FELL_BACK,
        /** A release that had been good did not come up any more. */
        DEMOTED,
        /** An update ended before the next boot could start it. */
        INTERRUPTED,
        MARKED_GOOD,
        MARKED_BAD,
        FORGOTTEN,
        /** The state file was missing or torn, and was made again. */
        STATE_REPAIRED
    }
}
