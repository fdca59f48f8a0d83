package io.bascule.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** Folders and times that several commands share. */
public final class Workspace {
    /** The time of every file in an image, unless SOURCE_DATE_EPOCH says another: an input, so that builds repeat. */
    private static final Instant DEFAULT_BUILD_TIME = Instant.parse("2026-01-01T00:00:00Z");

    private Workspace() {}

    /** {@return the checkout that the launcher stands in, or the current folder without a launcher} */
    public static Path home() {
        var home = System.getenv("BASCULE_HOME");
        return Path.of(home == null || home.isEmpty() ? "" : home).toAbsolutePath();
    }

    /** {@return the user's cache folder for Bascule (XDG Base Directory Specification)} */
    static Path cache() {
        var cache = System.getenv("XDG_CACHE_HOME");
        return (cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache))
                .resolve("bascule");
    }

    /** {@return the folder that the module update-engine is built into, if it was built} */
    static Optional<Path> engine() {
        return Optional.of(home().resolve("update-engine").resolve("target").resolve("engine"))
                .filter(Files::isDirectory);
    }

    static Instant buildTime() throws CliFailure {
        var epoch = System.getenv("SOURCE_DATE_EPOCH");
        if (epoch == null || epoch.isEmpty()) {
            return DEFAULT_BUILD_TIME;
        }
        try {
            var time = Instant.ofEpochSecond(Long.parseLong(epoch));
            if (time.isBefore(Instant.EPOCH)) {
                throw new DateTimeException("before 1970");
            }
            return time;
        } catch (NumberFormatException | DateTimeException e) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "SOURCE_DATE_EPOCH is '" + epoch + "'",
                    "it must be a number of seconds since 1970",
                    e);
        }
    }
}
