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
import io.bascule.scenarios.script.Scenario;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every scenario ends well. What ended well on the same sources before is not played again, so that a long run that was
 * interrupted goes on where it was; {@code -Dscenario.again=true} plays all of them.
 */
class ScenarioTest {
    private static final Path OUT =
            Releases.CHECKOUT.resolve("scenarios").resolve("target").resolve("scenarios");

    /** Of those on machines, the ones that every change has to pass. */
    private static final Set<String> QUICK_MACHINES = Set.of("update-and-fall-back");

    /** Of those on files, the ones that take longer than a few seconds. */
    private static final Set<String> LONG_FILES = Set.of("soak-200-updates");

    private static final List<ScenarioResult> RESULTS = new ArrayList<>();

    static Stream<String> quick() {
        return Catalogue.ALL.stream().filter(ScenarioTest::isQuick).map(Scenario::name);
    }

    static Stream<String> others() {
        return Catalogue.ALL.stream().filter(scenario -> !isQuick(scenario)).map(Scenario::name);
    }

    private static boolean isQuick(Scenario scenario) {
        return switch (scenario.setting()) {
            case MACHINE -> QUICK_MACHINES.contains(scenario.name());
            case FILES, NAMESPACE -> !LONG_FILES.contains(scenario.name());
        };
    }

    @ParameterizedTest
    @MethodSource("quick")
    void endsWell(String name) throws Exception {
        play(name);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("others")
    void endsWellToo(String name) throws Exception {
        play(name);
    }

    private static void play(String name) throws Exception {
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

    @AfterAll
    static void page() throws Exception {
        Files.createDirectories(OUT);
        ReportPage.write(RESULTS, OUT);
    }
}
