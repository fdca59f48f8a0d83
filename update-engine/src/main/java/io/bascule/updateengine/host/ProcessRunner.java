package io.bascule.updateengine.host;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs other programs. */
@FunctionalInterface
public interface ProcessRunner {

    /**
     * Runs a program to its end.
     *
     * @param limit after which it is ended by force
     * @throws IOException if there is no such program, or it has not ended within the limit
     */
    Result run(List<String> command, Duration limit) throws IOException, InterruptedException;

    /**
     * How it ended.
     *
     * @param output both streams
     */
    record Result(int status, String output) {}
}
