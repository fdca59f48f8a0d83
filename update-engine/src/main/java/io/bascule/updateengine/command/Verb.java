package io.bascule.updateengine.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.bascule.updateengine.UpdateEngine;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all verbs have: an engine, and two ways to tell the result. */
abstract class Verb implements Callable<Integer> {
    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean unusedHelp;

    private @Nullable EngineFactory factory;

    void useEngines(EngineFactory given) {
        factory = given;
    }

    boolean json() {
        return json;
    }

    UpdateEngine engine() throws IOException, InterruptedException {
        return Objects.requireNonNull(factory).engine();
    }

    /** Prints one of the two forms. {@return the exit code of success} */
    int print(JsonNode document, String text) {
        System.out.println(json ? document.toPrettyString() : text);
        return 0;
    }
}
