package io.bascule.scenarios;

import io.bascule.scenarios.catalogue.Catalogue;
import io.bascule.scenarios.script.Scenario;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every scenario ends well: those of every change, and the long one on files. */
class ScenarioTest {
    /** Of those on machines, the ones that every change has to pass. */
    private static final Set<String> QUICK_MACHINES = Set.of("update-and-fall-back");

    /** Of those on files, the ones that take longer than a few seconds. */
    private static final Set<String> LONG_FILES = Set.of("soak-200-updates");

    static Stream<String> quick() {
        return Catalogue.ALL.stream().filter(ScenarioTest::isQuick).map(Scenario::name);
    }

    static Stream<String> longFiles() {
        return LONG_FILES.stream();
    }

    static boolean isQuick(Scenario scenario) {
        return switch (scenario.setting()) {
            case MACHINE -> QUICK_MACHINES.contains(scenario.name());
            case FILES, NAMESPACE -> !LONG_FILES.contains(scenario.name());
        };
    }

    @ParameterizedTest
    @MethodSource("quick")
    void endsWell(String name) throws Exception {
        PlayedScenarios.play(name);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("longFiles")
    void endsWellToo(String name) throws Exception {
        PlayedScenarios.play(name);
    }

    @AfterAll
    static void page() throws Exception {
        PlayedScenarios.writePage();
    }
}
