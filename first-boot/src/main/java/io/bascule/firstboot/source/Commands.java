package io.bascule.firstboot.source;

import java.io.IOException;
import java.util.List;

/** The programs of a host. */
@FunctionalInterface
public interface Commands {
    /**
     * Runs a program and waits for its end.
     *
     * @param input what it reads
     * @return its status and what it printed
     */
    Result run(List<String> command, String input) throws IOException, InterruptedException;

    /** How a program ended. */
    record Result(int status, String output) {}

    /** Runs a program that has to succeed. {@return what it printed} */
    default String require(List<String> command, String input) throws IOException, InterruptedException {
        var result = run(command, input);
        if (result.status() != 0) {
            throw new IOException("'" + String.join(" ", command) + "' ended with status " + result.status() + ": "
                    + result.output().strip());
        }
        return result.output();
    }

    default String require(String... command) throws IOException, InterruptedException {
        return require(List.of(command), "");
    }
}
