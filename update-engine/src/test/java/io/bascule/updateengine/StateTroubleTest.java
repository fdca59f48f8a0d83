package io.bascule.updateengine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.fixture.TestRelease;
import io.bascule.updateengine.problem.Problem;
import io.bascule.updateengine.state.EngineState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host whose engine's state is missing, torn, or a newer engine's. */
class StateTroubleTest {
    private static final TestRelease V1 = TestRelease.of("1.0.0");
    private static final TestRelease V2 = TestRelease.of("1.1.0");

    private TestHost host;

    @BeforeEach
    void install(@TempDir Path folder) throws IOException {
        host = TestHost.install(folder, V1);
    }

    @AfterEach
    void runningSlotIsWhatItWas() throws IOException {
        host.verifyRunningSlot();
    }

    @Test
    void missing() throws IOException {
        Files.delete(host.stateFile());
        refusesAllThatChanges(Problem.STATE_MISSING, "the engine's state is missing: there is no " + host.stateFile());
        assertThat(host.engine().repair(false)).isTrue();
        assertThat(host.engine().repair(false)).as("nothing is left to repair").isFalse();
        assertThat(host.history()).containsExactly("state-repaired 1.0.0");
        host.updateAndBoot(V2);
    }

    @Test
    void missingStateIsMadeAgainAtTheNextBoot() throws IOException {
        Files.delete(host.stateFile());
        host.bootHealthy();
        assertThat(host.state().pending()).isEmpty();
        host.updateAndBoot(V2);
    }

    @Test
    void torn() throws IOException {
        var whole = Files.readString(host.stateFile());
        Files.writeString(host.stateFile(), whole.substring(0, whole.length() / 2));
        refusesAllThatChanges(Problem.STATE_TORN, "the engine's state " + host.stateFile() + " is torn: ");
        host.log().clear();
        host.bootHealthy();
        assertThat(host.history()).containsExactly("state-repaired 1.0.0");
        assertThat(host.lastEvent().detail()).isEqualTo("it was torn; kept as state.json.unusable");
        assertThat(host.log().lines("alarm")).singleElement().asString().contains("is torn", "state.json.unusable");
        assertThat(host.stateFolder().resolve("state.json.unusable"))
                .hasContent(whole.substring(0, whole.length() / 2));
        host.updateAndBoot(V2);
    }

    /** The names on the ESP still say it. */
    @Test
    void fallbackWithoutAStateIsSeenAllTheSame() throws IOException {
        host.update(V2);
        host.bootBroken(3);
        Files.delete(host.stateFile());
        host.bootHealthy();
        assertThat(host.history()).containsExactly("state-repaired 1.0.0", "demoted 1.1.0");
        Refusal.of(Problem.KNOWN_BAD, () -> host.update(V2));
    }

    @Test
    void fromANewerEngine() throws IOException {
        var newer = "{\"format\": 2, \"rings\": []}";
        Files.writeString(host.stateFile(), newer);
        refusesAllThatChanges(Problem.STATE_NEWER, "the engine's state has format 2: a newer engine wrote it");
        Refusal.of(Problem.STATE_NEWER, () -> host.engine().judge());
        Refusal.of(Problem.STATE_NEWER, () -> host.engine().repair(false));
        Refusal.of(Problem.STATE_NEWER, () -> host.engine().markGood());
        assertThat(host.stateFile()).hasContent(newer);
        assertThat(host.engine().repair(true)).isTrue();
        assertThat(host.stateFolder().resolve("state.json.unusable")).hasContent(newer);
        host.updateAndBoot(V2);
    }

    private void refusesAllThatChanges(Problem problem, String message) throws IOException {
        var before = host.everything();
        var refusal = Refusal.of(problem, () -> host.update(V2));
        assertThat(refusal).hasMessageStartingWith(message);
        assertThat(refusal.problem().exitCode()).isEqualTo(4);
        assertThat(refusal.hint()).contains("repair");
        Refusal.of(problem, () -> host.engine().rollback(TestHost.OPTIONS));
        Refusal.of(problem, () -> host.engine().forget("all"));
        Refusal.of(problem, () -> host.engine().knownBad());
        Refusal.of(problem, () -> host.engine().state());
        assertThat(host.everything()).isEqualTo(before);
        var status = host.engine().status();
        assertThat(status.stateProblem().orElseThrow()).startsWith(message);
        assertThat(status.state()).isEqualTo(EngineState.EMPTY);
        assertThat(status.version()).isEqualTo(V1.version());
    }
}
