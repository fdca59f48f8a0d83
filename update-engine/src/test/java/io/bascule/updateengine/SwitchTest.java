package io.bascule.updateengine;

import static io.bascule.updateengine.fixture.TestHost.DOWNGRADE;
import static io.bascule.updateengine.fixture.TestHost.FORCE;
import static io.bascule.updateengine.fixture.TestHost.OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bascule.updateengine.fixture.Cut;
import io.bascule.updateengine.fixture.Hazard;
import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.fixture.TestRelease;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Switches that wait, that another verb gets in the way of, or that end before they are done. */
class SwitchTest {
    private static final TestRelease V1 = TestRelease.of("1.0.0");
    private static final TestRelease V2 = TestRelease.of("1.1.0");
    private static final TestRelease V3 = TestRelease.of("1.2.0");

    private TestHost host;

    @BeforeEach
    void install(@TempDir Path folder) throws IOException {
        host = TestHost.install(folder, V1);
    }

    @AfterEach
    void runningSlotIsWhatItWas() throws IOException {
        host.verifyRunningSlot();
    }

    /** The judge runs late in each boot, and an admin may be quicker. */
    @Test
    void judgeDoesNotUndoARollbackThatWaits() throws IOException {
        host.updateAndBoot(V2);
        host.engine().rollback(OPTIONS);
        host.engine().judge();
        assertThat(host.entries()).containsExactly(V1.entry("+3-0"), V2.entry("+0-0"));
        assertThat(host.state().pending()).isPresent();
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.0.0");
        assertThat(host.history()).endsWith("rolled-back 1.0.0");
    }

    @Test
    void markGoodTakesBackARollbackThatWaits() throws IOException {
        host.updateAndBoot(V2);
        host.engine().rollback(OPTIONS);
        host.engine().markGood();
        assertThat(host.entries()).containsExactly(V1.entry("+3-0"), V2.entry(""));
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
        assertThat(host.state().pending()).isEmpty();
        assertThat(host.history()).endsWith("marked-good 1.1.0", "interrupted 1.0.0");
    }

    @Test
    void updateIsRefusedWhileARollbackWaits() throws IOException {
        host.updateAndBoot(V2);
        host.engine().rollback(OPTIONS);
        var before = host.everything();
        var refusal = Refusal.of(Problem.NOT_CONFIRMED, () -> host.update(V3));
        assertThat(refusal)
                .hasMessage("a switch away from release 1.1.0 waits for its reboot, so nothing good could be fallen"
                        + " back to");
        assertThat(refusal.hint()).contains("update-engine reboot", "update-engine mark-good");
        assertThat(host.everything()).isEqualTo(before);
        host.engine().markGood();
        host.updateAndBoot(V3);
    }

    @Test
    void updateIsRefusedBeforeTheRunningReleaseIsConfirmed() throws IOException {
        host.update(V2);
        host.boot();
        var before = host.everything();
        assertThat(Refusal.of(Problem.NOT_CONFIRMED, () -> host.update(V3)))
                .hasMessageContaining("release 1.1.0 has not passed its health checks yet");
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void secondRollbackChangesNothing() throws IOException {
        host.updateAndBoot(V2);
        host.engine().rollback(OPTIONS);
        var before = host.everything();
        assertThat(Refusal.of(Problem.ALREADY_INSTALLED, () -> host.engine().rollback(OPTIONS)))
                .hasMessageContaining("1.0.0 in slot A already waits for its reboot");
        assertThat(host.everything()).isEqualTo(before);
    }

    /** What never ran cannot be rolled back to. */
    @Test
    void rollbackDoesNotTakeAWaitingUpdateForTheReleaseOfBefore() throws IOException {
        host.update(V2);
        var before = host.everything();
        var refusal = Refusal.of(Problem.ALREADY_INSTALLED, () -> host.engine().rollback(OPTIONS));
        assertThat(refusal).hasMessageContaining("1.1.0 in slot B already waits for its reboot");
        assertThat(refusal.hint()).contains("update-engine reboot", "update-engine mark-bad 1.1.0");
        assertThat(host.everything()).isEqualTo(before);
        host.bootHealthy();
        assertThat(host.history()).endsWith("updated 1.1.0");
    }

    @Test
    void rollbackDuringATrialEndsIt() throws IOException {
        host.update(V2);
        host.bootBroken(1);
        host.engine().rollback(OPTIONS);
        assertThat(host.entries()).containsExactly(V1.entry(""), V2.entry("+0-0"));
        assertThat(Refusal.of(Problem.ALREADY_INSTALLED, () -> host.engine().rollback(OPTIONS))
                        .hint())
                .contains("update-engine mark-good");
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.0.0");
        assertThat(host.history()).endsWith("rollback-requested 1.0.0", "rolled-back 1.0.0");
    }

    @Test
    void rollbackInTheLastTryEndsIt() throws IOException {
        host.update(V2);
        host.bootBroken(3);
        assertThat(host.running()).isEqualTo("1.1.0");
        host.engine().rollback(OPTIONS);
        assertThat(host.entries())
                .as("blessing would find nothing to bless")
                .containsExactly(V1.entry(""), V2.entry("+0-0"));
        host.bootHealthy();
        assertThat(host.history()).endsWith("rolled-back 1.0.0");
    }

    @Test
    void markBadOfTheRunningReleaseWhileASwitchAwayWaits() throws IOException {
        host.update(V2);
        assertThat(host.engine().markBad(Optional.empty(), "it leaks", OPTIONS)).isEqualTo(V2.version());
        assertThat(host.state().knownBad())
                .singleElement()
                .matches(bad -> bad.identity().equals(V1.identity()));
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
        assertThat(host.history()).as("it is still the update").endsWith("marked-bad 1.0.0", "updated 1.1.0");
        Refusal.of(Problem.KNOWN_BAD, () -> host.engine().rollback(OPTIONS));
    }

    /** Its entry went, its slot is half-written: what the state remembers of it is its version, and nothing else. */
    @Test
    void repeatedWriteOfABadReleaseThatIsInterruptedIsNotASecondFallback() throws IOException {
        host.update(V2);
        host.bootBroken(3);
        host.bootHealthy();
        // The slot was used for something else, so that it has to be written again.
        var unique = V3.rootHash().dataPartition();
        host.changeTable(table -> table.withEntry(4, table.entry(4).withUnique(unique)));
        host.hazard().cutPowerAt(operation("delete"));
        catchPowerCut(() -> host.update(V2, FORCE));
        host.comeBack(Cut.ALL_IS_THERE, 0);
        assertThat(host.state().pending()).isPresent();
        assertThat(host.entries()).contains(V2.entry("+0-3"));
        host.bootHealthy();
        assertThat(host.history()).endsWith("fell-back 1.1.0", "interrupted 1.1.0");
        assertThat(host.state().knownBad()).hasSize(1);
        assertThat(host.state().pending()).isEmpty();
    }

    /** The state was saved, and the names on the ESP were not changed before the power went. */
    @Test
    void rollbackThatNeverCommittedIsForgottenAtTheNextBoot() throws IOException {
        host.updateAndBoot(V2);
        host.hazard().cutPowerAt(operationOfRollback("rename test-board_1.1.0.efi"));
        catchPowerCut(() -> host.engine().rollback(OPTIONS));
        host.comeBack(Cut.ALL_IS_THERE, 0);
        assertThat(host.entries()).containsExactly(V1.entry("+3-0"), V2.entry(""));
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
        assertThat(host.history()).endsWith("rollback-requested 1.0.0", "interrupted 1.0.0");
        assertThat(host.state().pending()).isEmpty();
        host.engine().rollback(OPTIONS);
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.0.0");
    }

    /** Chosen by hand in the boot menu: the release that waits still has its tries. */
    @Test
    void bootOfTheOldReleaseByHandKeepsTheSwitch() throws IOException {
        host.update(V2);
        // As if the menu had started 1.0.0: no counter changes.
        Files.move(host.espFolder().resolve(V2.entry("+3-0")), host.folder().resolve("away"));
        host.boot();
        Files.move(host.folder().resolve("away"), host.espFolder().resolve(V2.entry("+3-0")));
        host.engine().judge();
        assertThat(host.state().pending()).isPresent();
        host.bootHealthy();
        assertThat(host.history()).endsWith("installed 1.1.0", "updated 1.1.0");
    }

    /** An update that is refused must not lose what another one has done. */
    @Test
    void refusedUpdateLeavesTheWaitingOneAsItIs() throws IOException {
        host.update(V2);
        var before = host.everything();
        var mixed = TestRelease.builder("1.2.0").payload(V2.payload()).build();
        Refusal.of(Problem.MISMATCH, () -> host.update(mixed));
        assertThat(host.everything()).isEqualTo(before);
        host.bootHealthy();
        assertThat(host.history()).endsWith("installed 1.1.0", "updated 1.1.0");
    }

    /** One input/output error, anywhere: the next boot starts what it started before, or what was asked for. */
    @ParameterizedTest
    @ValueSource(strings = {"1.1.0", "0.9.0"})
    void anyOperationOfAnUpdateMayFail(String version) throws IOException {
        var release = TestRelease.of(version);
        for (var number = 0; fails(number, () -> host.update(release, DOWNGRADE)); number++) {
            var committed = host.next().equals(version);
            assertThat(host.entries()).noneMatch(name -> name.endsWith(".partial"));
            assertThat(host.state().pending().isPresent()).isEqualTo(committed);
            host.verifyRunningSlot();
        }
        host.bootHealthy();
        assertThat(host.running()).isEqualTo(version);
        assertThat(host.history()).endsWith("installed " + version, "updated " + version);
    }

    @Test
    void anyOperationOfARollbackMayFail() throws IOException {
        host.updateAndBoot(V2);
        for (var number = 0; fails(number, () -> host.engine().rollback(OPTIONS)); number++) {
            assertThat(host.next()).isEqualTo("1.1.0");
            assertThat(host.state().pending()).isEmpty();
            assertThat(host.history()).endsWith("interrupted 1.0.0");
        }
        host.bootHealthy();
        assertThat(host.history()).endsWith("rollback-requested 1.0.0", "rolled-back 1.0.0");
    }

    private boolean fails(long number, ThrowingCallable verb) {
        host.hazard().failAt(number);
        var failure = catchThrowable(verb);
        host.hazard().reset();
        if (failure != null) {
            assertThat(failure).isInstanceOf(IOException.class).hasMessageContaining("Input/output error");
        }
        return failure != null;
    }

    private long operation(String what) throws IOException {
        return numberOf(what, TestHost.install(host.folder().resolve("rehearsal"), V1));
    }

    private static long numberOf(String what, TestHost rehearsal) throws IOException {
        rehearsal.update(V2);
        rehearsal.bootBroken(3);
        rehearsal.bootHealthy();
        rehearsal.changeTable(table ->
                table.withEntry(4, table.entry(4).withUnique(V3.rootHash().dataPartition())));
        rehearsal.hazard().reset();
        rehearsal.update(V2, FORCE);
        return indexOf(rehearsal, what);
    }

    private long operationOfRollback(String what) throws IOException {
        var rehearsal = TestHost.install(host.folder().resolve("rehearsal"), V1);
        rehearsal.updateAndBoot(V2);
        rehearsal.hazard().reset();
        rehearsal.engine().rollback(OPTIONS);
        return indexOf(rehearsal, what);
    }

    private static long indexOf(TestHost rehearsal, String what) {
        var operations = rehearsal.hazard().operations();
        for (var i = 0; i < operations.size(); i++) {
            if (operations.get(i).startsWith(what)) {
                return i;
            }
        }
        throw new AssertionError("no '" + what + "' in " + operations);
    }

    private static void catchPowerCut(ThrowingCallable verb) {
        assertThat(catchThrowable(verb)).isInstanceOf(Hazard.PowerCut.class);
    }
}
