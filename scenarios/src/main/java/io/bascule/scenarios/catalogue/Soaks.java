package io.bascule.scenarios.catalogue;

import static io.bascule.scenarios.script.Scenario.onFiles;

import io.bascule.scenarios.script.Scenario;
import io.bascule.scenarios.script.ScenarioFailure;
import io.bascule.scenarios.soak.Soak;
import java.util.List;
import java.util.stream.IntStream;

/** One host for a long time. */
final class Soaks {
    /** Another one with {@code ./bascule}: BASCULE_SEED. */
    private static final long SEED = 2026;

    static final List<Scenario> ALL =
            IntStream.of(20, 200).mapToObj(Soaks::soak).toList();

    private Soaks() {}

    private static Scenario soak(int updates) {
        return onFiles(
                "soak-" + updates + "-updates",
                "A host takes " + updates
                        + " updates, some of them bad, with rollbacks, power cuts and killed engines in"
                        + " between: nothing grows, and nothing is forgotten",
                stage -> Soak.play(stage, updates, seed()));
    }

    private static long seed() throws ScenarioFailure {
        var given = System.getenv("BASCULE_SEED");
        try {
            return given == null ? SEED : Long.parseLong(given);
        } catch (NumberFormatException e) {
            throw new ScenarioFailure("BASCULE_SEED is '" + given + "': it must be a whole number, or not set", e);
        }
    }
}
