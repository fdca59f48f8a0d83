package io.bascule.updateengine;

import static io.bascule.updateengine.fixture.TestHost.DOWNGRADE;
import static io.bascule.updateengine.fixture.TestHost.FORCE;
import static io.bascule.updateengine.fixture.TestHost.OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.layout.Slot;
import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.fixture.TestRelease;
import io.bascule.updateengine.problem.Problem;
import io.bascule.updateengine.state.Pending;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a host, on a disk in a file: updates, fallbacks, and the ways back and forth. */
class UpdateTest {
    private static final TestRelease V1 = TestRelease.of("1.0.0");
    private static final TestRelease V2 = TestRelease.of("1.1.0");
    private static final TestRelease V3 = TestRelease.of("1.2.0");

    private TestHost host;

    @BeforeEach
    void install(@TempDir Path folder) throws IOException {
        host = TestHost.install(folder, V1);
    }

    /** At every reboot, and once more at the end: not a byte of the slot that runs was changed, nor of its UKI. */
    @AfterEach
    void runningSlotIsWhatItWas() throws IOException {
        host.verifyRunningSlot();
    }

    @Test
    void firstBootMakesTheState() throws IOException {
        assertThat(host.history()).isEmpty();
        assertThat(host.state().pending()).isEmpty();
        var status = host.engine().status();
        assertThat(status.running()).isEqualTo(Slot.A);
        assertThat(status.nextBoot()).contains(Slot.A);
        assertThat(status.slots().get(1).content()).isEqualTo(Status.Content.EMPTY);
        assertThat(status.stateProblem()).isEmpty();
    }

    @Test
    void updateIsArmedThenBootedThenJudged() throws IOException {
        var offer = host.update(V2);
        assertThat(offer.slot()).isEqualTo(Slot.B);
        assertThat(offer.alreadyThere()).isFalse();
        assertThat(host.entries()).containsExactly(V1.entry(""), V2.entry("+3-0"));
        var pending = host.state().pending().orElseThrow();
        assertThat(pending.step()).isEqualTo(Pending.Step.ARMED);
        assertThat(pending.slot()).isEqualTo(Slot.B);
        assertThat(pending.from()).isEqualTo(V1.version());
        assertThat(host.engine().status().nextBoot()).contains(Slot.B);
        assertThat(host.log().lines("event"))
                .contains("event: boot entry test-board_1.1.0.partial -> test-board_1.1.0+3-0.efi"
                        + " (commits: the next boot starts 1.1.0 in slot B)");

        assertThat(host.boot()).isEqualTo(V2.entry("+2-1"));
        host.engine().judge();
        assertThat(host.entries()).containsExactly(V1.entry(""), V2.entry(""));
        assertThat(host.state().pending()).isEmpty();
        assertThat(host.history()).containsExactly("installed 1.1.0", "updated 1.1.0");
        assertThat(host.runningSlot()).isEqualTo(Slot.B);
    }

    @Test
    void updatesGoBackAndForthBetweenTheSlots() throws IOException {
        host.updateAndBoot(V2);
        assertThat(host.runningSlot()).isEqualTo(Slot.B);
        host.updateAndBoot(V3);
        assertThat(host.runningSlot()).isEqualTo(Slot.A);
        assertThat(host.entries()).containsExactly(V2.entry(""), V3.entry(""));
        host.updateAndBoot(TestRelease.of("1.3.0"));
        assertThat(host.runningSlot()).isEqualTo(Slot.B);
        assertThat(host.entries()).hasSize(2);
    }

    @Test
    void healthyBootAfterAFailedOneIsAnUpdate() throws IOException {
        host.update(V2);
        host.bootBroken(2);
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
        assertThat(host.history()).endsWith("updated 1.1.0");
        assertThat(host.state().knownBad()).isEmpty();
    }

    @Test
    void releaseThatUsesUpItsTriesIsReportedOnceAndRefused() throws IOException {
        host.update(V2);
        host.bootBroken(3);
        assertThat(host.entries()).contains(V2.entry("+0-3"));
        host.log().clear();
        host.bootHealthy();

        assertThat(host.running()).isEqualTo("1.0.0");
        assertThat(host.history()).endsWith("fell-back 1.1.0");
        assertThat(host.state().pending()).isEmpty();
        assertThat(host.state().knownBad()).singleElement().satisfies(bad -> {
            assertThat(bad.identity()).isEqualTo(V2.identity());
            assertThat(bad.reason()).isEqualTo("none of 3 boots was complete");
        });
        assertThat(host.log().lines("alarm"))
                .singleElement()
                .asString()
                .contains("release 1.1.0 failed", "Back on 1.0.0");

        var history = host.history();
        host.bootHealthy();
        host.engine().judge();
        assertThat(host.history()).isEqualTo(history);
        assertThat(host.log().lines("alarm")).hasSize(1);

        var before = host.everything();
        var refusal = Refusal.of(Problem.KNOWN_BAD, () -> host.update(V2));
        assertThat(refusal).hasMessageContaining("1.1.0 is known to be bad").hasMessageContaining("none of 3 boots");
        assertThat(refusal.hint()).contains("--force", "known-bad forget 1.1.0");
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void oneTryIsEnoughToFail() throws IOException {
        host.update(V2, new UpdateEngine.Options(false, false, 1));
        assertThat(host.entries()).contains(V2.entry("+1-0"));
        host.bootBroken(1);
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.0.0");
        assertThat(host.state().knownBad().getFirst().reason()).isEqualTo("none of 1 boot was complete");
    }

    @Test
    void knownBadReleaseIsTriedAgainByForceWithoutBeingWritten() throws IOException {
        failUpdate(V2);
        host.disk().forgetWrites();
        var offer = host.update(V2, FORCE);
        assertThat(offer.alreadyThere()).isTrue();
        assertThat(host.wroteToSlots()).isFalse();
        assertThat(host.entries()).contains(V2.entry("+3-0"));
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
        assertThat(host.history()).endsWith("installed 1.1.0", "updated 1.1.0");
        assertThat(host.state().knownBad()).as("it came up after all").isEmpty();
    }

    @Test
    void knownBadReleaseIsTakenAgainOnceForgotten() throws IOException {
        failUpdate(V2);
        assertThat(host.engine().forget("1.1.0")).hasSize(1);
        assertThat(host.engine().knownBad()).isEmpty();
        assertThat(host.history()).endsWith("forgotten 1.1.0");
        assertThat(host.update(V2).alreadyThere()).isTrue();
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
    }

    @Test
    void anotherReleaseReplacesTheBadOne() throws IOException {
        failUpdate(V2);
        host.updateAndBoot(V3);
        assertThat(host.entries()).containsExactly(V1.entry(""), V3.entry(""));
        assertThat(host.state().knownBad()).hasSize(1);
    }

    @Test
    void knownBadIsForgottenByVersionByIdentityOrAllAtOnce() throws IOException {
        failUpdate(V2);
        failUpdate(V3);
        var identity = V2.identity().toString();
        assertThat(Refusal.of(Problem.UNKNOWN_RELEASE, () -> host.engine().forget("9.9")))
                .hasMessageContaining("'9.9'");
        Refusal.of(Problem.UNKNOWN_RELEASE, () -> host.engine().forget(identity.substring(0, 7)));
        assertThat(host.engine().forget(identity.substring(0, 8))).hasSize(1);
        assertThat(host.engine().forget("all")).hasSize(1);
        Refusal.of(Problem.UNKNOWN_RELEASE, () -> host.engine().forget("all"));
    }

    @Test
    void rollbackAndForwardAgainWriteNothingToTheSlots() throws IOException {
        host.updateAndBoot(V2);
        host.disk().forgetWrites();

        assertThat(host.engine().rollback(OPTIONS)).isEqualTo(V1.version());
        assertThat(host.entries()).containsExactly(V1.entry("+3-0"), V2.entry("+0-0"));
        assertThat(host.log().lines("event"))
                .contains("event: boot entry test-board_1.1.0.efi -> test-board_1.1.0+0-0.efi"
                        + " (commits: the next boot starts 1.0.0 in slot A)");
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.0.0");
        assertThat(host.history()).endsWith("rollback-requested 1.0.0", "rolled-back 1.0.0");
        assertThat(host.entries()).containsExactly(V1.entry(""), V2.entry("+0-0"));

        var offer = host.update(V2);
        assertThat(offer.alreadyThere()).isTrue();
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
        assertThat(host.history()).endsWith("installed 1.1.0", "updated 1.1.0");

        host.engine().rollback(OPTIONS);
        host.bootHealthy();
        host.engine().rollback(OPTIONS);
        host.bootHealthy();
        assertThat(host.running()).as("a rollback of a rollback").isEqualTo("1.1.0");
        assertThat(host.wroteToSlots()).isFalse();
        assertThat(host.disk().writes()).as("not even the partition table").isEmpty();
    }

    @Test
    void failedRollbackComesBackToTheNewerRelease() throws IOException {
        host.updateAndBoot(V2);
        host.engine().rollback(OPTIONS);
        host.bootBroken(3);
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
        assertThat(host.history()).endsWith("fell-back 1.0.0");
        assertThat(host.entries()).as("the running one is good again").containsExactly(V1.entry("+0-3"), V2.entry(""));
        Refusal.of(Problem.KNOWN_BAD, () -> host.engine().rollback(OPTIONS));
        host.engine().rollback(FORCE);
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.0.0");
    }

    @Test
    void downgradeNeedsToBeAllowed() throws IOException {
        var old = TestRelease.of("0.9.0");
        assertThat(Refusal.of(Problem.DOWNGRADE, () -> host.update(old)))
                .hasMessageContaining("release 0.9.0 is older than 1.0.0");
        host.update(old, DOWNGRADE);
        assertThat(host.entries()).containsExactly(old.entry("+3-0"), V1.entry("+0-0"));
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("0.9.0");
        assertThat(host.history()).endsWith("installed 0.9.0", "updated 0.9.0");
    }

    @Test
    void failedDowngradeComesBack() throws IOException {
        var old = TestRelease.of("0.9.0");
        host.update(old, DOWNGRADE);
        host.bootBroken(3);
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.0.0");
        assertThat(host.history()).endsWith("fell-back 0.9.0");
        assertThat(host.entries()).containsExactly(old.entry("+0-3"), V1.entry(""));
    }

    @Test
    void downgradeToWhatIsInTheOtherSlotWritesNothing() throws IOException {
        host.updateAndBoot(V2);
        host.disk().forgetWrites();
        assertThat(host.update(V1, DOWNGRADE).alreadyThere()).isTrue();
        assertThat(host.disk().writes()).isEmpty();
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.0.0");
    }

    @Test
    void newerReleaseSupersedesOneThatWaits() throws IOException {
        host.update(V2);
        host.update(V3);
        assertThat(host.entries()).containsExactly(V1.entry(""), V3.entry("+3-0"));
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.2.0");
    }

    /** The initrd demotes an entry that was good and then did not come up three times; the state knows nothing of it. */
    @Test
    void blessedEntryThatWasDemotedIsRecordedOnce() throws IOException {
        host.updateAndBoot(V2);
        host.esp().rename(V2.entry(""), V2.entry("+0-3"));
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.0.0");
        assertThat(host.history()).endsWith("updated 1.1.0", "demoted 1.1.0");
        assertThat(host.lastEvent().detail()).isEqualTo("3 boots in a row were not complete");
        assertThat(host.state().knownBad())
                .singleElement()
                .matches(bad -> bad.identity().equals(V2.identity()));
        var history = host.history();
        host.bootHealthy();
        assertThat(host.history()).isEqualTo(history);
        Refusal.of(Problem.KNOWN_BAD, () -> host.update(V2));
    }

    @Test
    void markGoodEndsATrialAtOnce() throws IOException {
        host.update(V2);
        host.boot();
        assertThat(host.engine().markGood()).isEqualTo(V2.version());
        assertThat(host.entries()).containsExactly(V1.entry(""), V2.entry(""));
        assertThat(host.history()).endsWith("updated 1.1.0", "marked-good 1.1.0");
        assertThat(host.state().pending()).isEmpty();
    }

    @Test
    void markBadOfTheRunningReleaseGoesToTheOther() throws IOException {
        host.updateAndBoot(V2);
        assertThat(host.engine().markBad(Optional.empty(), "too slow", OPTIONS)).isEqualTo(V1.version());
        assertThat(host.next()).isEqualTo("1.0.0");
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.0.0");
        assertThat(host.history()).endsWith("marked-bad 1.1.0", "rollback-requested 1.0.0", "rolled-back 1.0.0");
        assertThat(Refusal.of(Problem.KNOWN_BAD, () -> host.update(V2))).hasMessageContaining("too slow");
    }

    @Test
    void markBadOfAReleaseOnTrialEndsTheTrial() throws IOException {
        host.update(V2);
        host.boot();
        assertThat(host.engine().markBad(Optional.of(V2.version()), "", OPTIONS))
                .isEqualTo(V1.version());
        assertThat(host.entries()).containsExactly(V1.entry(""), V2.entry("+0-0"));
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.0.0");
        assertThat(host.state().knownBad()).hasSize(1);
    }

    @Test
    void markBadOfTheOtherReleaseStaysHere() throws IOException {
        host.update(V2);
        assertThat(host.engine().markBad(Optional.of(V2.version()), "", OPTIONS))
                .isEqualTo(V1.version());
        assertThat(host.state().pending()).isEmpty();
        assertThat(host.log().lines("event"))
                .contains("event: boot entry test-board_1.1.0+3-0.efi -> test-board_1.1.0+0-1.efi"
                        + " (commits: the next boot starts 1.0.0 in slot A)");
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.0.0");
        assertThat(host.history()).endsWith("marked-bad 1.1.0");
        Refusal.of(Problem.UNKNOWN_RELEASE, () -> host.engine().markBad(Optional.of(V3.version()), "", OPTIONS));
    }

    @Test
    void markBadRefusesToLeaveNothing() throws IOException {
        var before = host.everything();
        Refusal.of(Problem.NOTHING_TO_ROLL_BACK_TO, () -> host.engine().markBad(Optional.empty(), "", OPTIONS));
        Refusal.of(Problem.NOTHING_TO_ROLL_BACK_TO, () -> host.engine().rollback(OPTIONS));
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void checkTellsWhatAnUpdateWouldDoAndChangesNothing() throws IOException {
        var before = host.everything();
        var offer = host.engine().check(host.offer(V2), OPTIONS);
        assertThat(offer.release().version()).isEqualTo(V2.version());
        assertThat(offer.slot()).isEqualTo(Slot.B);
        assertThat(offer.alreadyThere()).isFalse();
        Refusal.of(Problem.ALREADY_RUNNING, () -> host.engine().check(host.offer(V1), OPTIONS));
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void rebootAsksTheSystem() throws IOException, InterruptedException {
        host.engine().reboot();
        assertThat(host.commands()).containsExactly(List.of("systemctl", "reboot"));
        host.setCommandStatus(1);
        assertThat(Refusal.of(Problem.TOOL, () -> host.engine().reboot())).hasMessageContaining("not allowed");
    }

    private void failUpdate(TestRelease release) throws IOException {
        host.update(release);
        host.bootBroken(3);
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.0.0");
    }
}
