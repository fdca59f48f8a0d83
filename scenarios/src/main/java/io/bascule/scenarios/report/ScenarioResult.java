package io.bascule.scenarios.report;

import io.bascule.scenarios.script.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a scenario ended.
 *
 * @param name of the scenario
 * @param began when it was started
 * @param took all of it, from the first step to the last
 * @param inputs digest of all that the result depends on: with the same one it need not be played again
 * @param failure the line that matters: what was to be, and what was found
 * @param details more of the failure, such as the last lines of the console; may be empty
 * @param steps what happened
 * @param evidence names of files in the scenario's folder
 */
public record ScenarioResult(
        String name,
        String summary,
        Instant began,
        Duration took,
        String inputs,
        Optional<String> failure,
        String details,
        List<Step> steps,
        List<String> evidence) {
    /** The file in the scenario's folder. */
    public static final String FILE = "result.json";

    public ScenarioResult {
        steps = List.copyOf(steps);
        evidence = List.copyOf(evidence);
    }

    public boolean passed() {
        return failure.isEmpty();
    }
}
