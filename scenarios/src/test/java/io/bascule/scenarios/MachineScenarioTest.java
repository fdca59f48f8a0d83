package io.bascule.scenarios;

import io.bascule.scenarios.catalogue.Catalogue;
import io.bascule.scenarios.script.Scenario;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every other scenario on a machine ends well. An emulated host keeps about one core busy, so they are played two at a time,
 * in a class of their own: the soak of {@link ScenarioTest} measures the memory of this process.
 */
@Tag("long")
class MachineScenarioTest {
    /**
     * Power cuts that lose all of what was not flushed at a moment at which another loses any part of it: the explorer tries
     * those everywhere, and by name they can be played like all others.
     */
    private static final Set<String> LEFT_OUT = Set.of(
            "power-cut@slot-is-marked-partial-dropped",
            "power-cut@slot-is-written-dropped",
            "power-cut@uki-is-written-dropped",
            "power-cut@slot-is-marked-complete-dropped");

    static Stream<String> machines() {
        return Catalogue.ALL.stream()
                .filter(scenario -> scenario.setting() == Scenario.Setting.MACHINE)
                .filter(scenario -> !ScenarioTest.isQuick(scenario))
                .map(Scenario::name)
                .filter(name -> !LEFT_OUT.contains(name));
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("machines")
    void endsWell(String name) throws Exception {
        PlayedScenarios.play(name);
    }

    @AfterAll
    static void page() throws Exception {
        PlayedScenarios.writePage();
    }
}
