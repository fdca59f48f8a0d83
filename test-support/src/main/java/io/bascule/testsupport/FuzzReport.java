package io.bascule.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a run did.
 *
 * @param engine what made the inputs: {@code mutations} or {@code jazzer}
 * @param executions how many inputs the parser was given
 * @param corpus how many inputs it began with
 * @param found how many inputs were worth keeping, because they reach code that the others do not; 0 without coverage
 * @param defects how many different ones there were
 */
record FuzzReport(String target, String engine, long executions, double seconds, int corpus, int found, int defects) {
    private static final Path FOLDER = Path.of("target", "fuzz");

    long executionsPerSecond() {
        return Math.round(executions / Math.max(seconds, 0.001));
    }

    /** Writes this to {@code target/fuzz/NAME.json} of the module. */
    void write(String name) throws IOException {
        Files.createDirectories(FOLDER);
        Files.writeString(FOLDER.resolve(name + ".json"), json());
    }

    private String json() {
        return String.format(
                Locale.ROOT, """
                {
                  "target": "%s",
                  "engine": "%s",
                  "executions": %d,
                  "seconds": %.1f,
                  "executionsPerSecond": %d,
                  "corpus": %d,
                  "found": %d,
                  "defects": %d
                }
                """, target, engine, executions, seconds, executionsPerSecond(), corpus, found, defects);
    }
}
