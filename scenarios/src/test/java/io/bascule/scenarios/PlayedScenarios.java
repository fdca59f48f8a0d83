package io.bascule.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bascule.scenarios.catalogue.Catalogue;
import io.bascule.scenarios.report.ReportPage;
import io.bascule.scenarios.report.ScenarioResult;
import io.bascule.scenarios.run.Inputs;
import io.bascule.scenarios.run.Requirements;
import io.bascule.scenarios.run.ScenarioRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The scenarios that the tests have played. What ended well on the same sources before is not played again, so that a long
 * run that was interrupted goes on where it was; {@code -Dscenario.again=true} plays all of them.
 */
final class PlayedScenarios {
    private static final Path OUT =
            Releases.CHECKOUT.resolve("scenarios").resolve("target").resolve("scenarios");

    private static final List<ScenarioResult> RESULTS = Collections.synchronizedList(new ArrayList<>());

    private PlayedScenarios() {}

    static void play(String name) throws Exception {
        var scenario = Catalogue.find(name).orElseThrow();
        var missing = Requirements.missing(scenario.setting());
        assumeTrue(missing.isEmpty(), () -> String.join("; ", missing));
        var runner =
                new ScenarioRunner(OUT, Releases.ALL, Inputs.digest(Releases.CHECKOUT), ScenarioRunner.Listener.SILENT);
        var earlier = runner.earlier(scenario).filter(result -> !Boolean.getBoolean("scenario.again"));
        var result = earlier.isPresent() ? earlier.get() : runner.run(scenario);
        RESULTS.add(result);
        assertThat(result.steps()).isNotEmpty();
        if (!result.passed()) {
            fail(result.failure().orElseThrow() + "\n" + result.details());
        }
    }

    /** Writes the page about all that were played so far. */
    static void writePage() throws Exception {
        Files.createDirectories(OUT);
        ReportPage.write(List.copyOf(RESULTS), OUT);
    }
}
