package io.bascule.imagebuilder.erofs.read;

import java.time.Instant;
import java.util.Optional;

/** Times out of images. */
final class ErofsTime {
    /** The years 0 to 9999, which every format that we write times into can say. */
    private static final long MIN_SECONDS = -62_167_219_200L;

    private static final long MAX_SECONDS = 253_402_300_799L;
    private static final int NANOS = 1_000_000_000;

    private ErofsTime() {}

    /** {@return the time, or nothing if there is no such} */
    static Optional<Instant> of(long seconds, int nanos) {
        if (seconds < MIN_SECONDS || seconds > MAX_SECONDS || nanos < 0 || nanos >= NANOS) {
            return Optional.empty();
        }
        return Optional.of(Instant.ofEpochSecond(seconds, nanos));
    }
}
