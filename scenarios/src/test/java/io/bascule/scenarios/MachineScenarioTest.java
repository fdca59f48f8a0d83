package io.bascule.scenarios;

import io.bascule.scenarios.catalogue.Catalogue;
import io.bascule.scenarios.script.Scenario;
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
    static Stream<String> machines() {
        return Catalogue.ALL.stream()
                .filter(scenario -> scenario.setting() == Scenario.Setting.MACHINE)
                .filter(scenario -> !ScenarioTest.isQuick(scenario))
                .map(Scenario::name);
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
