package io.bascule.updateengine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.signing.release.Version;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every plan, and every prefix of it: what the next boot starts, and where a failing trial ends. */
class BootControlTest {
    private static final String BOARD = "board";
    private static final int TRIES = 3;

    /** The names on an ESP while a plan is carried out. */
    private static final class Names {
        private final TreeSet<String> names = new TreeSet<>();

        Names(String... present) {
            names.addAll(List.of(present));
        }

        void apply(BootStep step) {
            assertThat(names).as(step.toString()).contains(step.from()).doesNotContain(step.to());
            names.remove(step.from());
            names.add(step.to());
        }

        BootEntry chosen() {
            return BootOrder.choose(names.stream()
                            .flatMap(name -> BootEntry.parse(name).stream())
                            .toList())
                    .orElseThrow();
        }

        /** As systemd-boot counts; what has no counter is counted by its own initrd, which demotes it the third time. */
        void bootFails() {
            var entry = chosen();
            names.remove(entry.fileName());
            var counter = entry.counter()
                    .map(c -> new BootCounter(Math.max(0, c.left() - 1), c.done() + 1))
                    .orElse(new BootCounter(0, TRIES));
            names.add(new BootEntry(entry.board(), entry.version(), Optional.of(counter)).fileName());
        }

        void bootSucceeds() {
            var entry = chosen();
            bootFails();
            var counted = chosenById(entry.id());
            names.remove(counted);
            names.add(entry.blessed().fileName());
        }

        private String chosenById(String id) {
            return names.stream()
                    .filter(name -> name.startsWith(id + "+"))
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public String toString() {
            return names.toString();
        }
    }

    /** Older, newer: in every order that the version format knows. */
    static Stream<Arguments> versions() {
        return Stream.of(
                Arguments.of("1.0.0", "1.1.0"),
                Arguments.of("9", "10"),
                Arguments.of("1.0~rc1", "1.0"),
                Arguments.of("1.0~rc1", "1.0~rc2"),
                Arguments.of("1.0", "1.0^hotfix"),
                Arguments.of("1.0", "1.0-1"),
                Arguments.of("1.0-1", "1.0.1"),
                Arguments.of("1.0a", "1.0b"));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void upgrade(String older, String newer) {
        var running = good(older);
        var target = good(newer);
        var plan = BootControl.startIncoming(running, target, TRIES);
        assertThat(plan).hasSize(1);
        holds(plan, running, target, running.fileName(), BootControl.incomingName(target));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void downgrade(String older, String newer) {
        var running = good(newer);
        var target = good(older);
        var plan = BootControl.startIncoming(running, target, TRIES);
        assertThat(plan).hasSize(2);
        holds(plan, running, target, running.fileName(), BootControl.incomingName(target));
    }

    /** What the other slot's entry may look like when one goes back, or forward again. */
    static Stream<Arguments> others() {
        return versions()
                .flatMap(pair -> Stream.of("", "+3-0", "+2-1", "+0-0", "+0-3", "+0-4")
                        .map(counter -> Arguments.of(pair.get()[0], pair.get()[1], counter)));
    }

    @ParameterizedTest
    @MethodSource("others")
    void rollbackToTheOlder(String older, String newer, String counter) {
        var running = good(newer);
        var target = entry(older, counter);
        holds(BootControl.startOther(running, target, TRIES), running, target, running.fileName(), target.fileName());
    }

    @ParameterizedTest
    @MethodSource("others")
    void forwardToTheNewer(String older, String newer, String counter) {
        var running = good(older);
        var target = entry(newer, counter);
        var plan = BootControl.startOther(running, target, TRIES);
        if (target.counter().filter(c -> c.left() > 0).isPresent()
                || target.counter().isEmpty()) {
            // It would be started anyway; only its tries may have to be given to it.
            assertThat(plan).hasSizeLessThanOrEqualTo(1);
            afterwards(plan, running, target, running.fileName(), target.fileName());
        } else {
            holds(plan, running, target, running.fileName(), target.fileName());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void trialIsAbandonedInBothDirections(String older, String newer) {
        for (var counter : List.of("+2-1", "+0-3", "+0-1")) {
            var upgraded = entry(newer, counter);
            if (counter.equals("+2-1")) {
                var plan = BootControl.abandonTrial(upgraded, good(older));
                holds(
                        plan,
                        upgraded,
                        good(older),
                        upgraded.fileName(),
                        good(older).fileName());
            }
            // A downgrade's trial has demoted the newer one; nothing good is left that this could be about.
            assertThatThrownBy(() -> BootControl.abandonTrial(entry(older, counter), entry(newer, "+0-0")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> BootControl.abandonTrial(good(newer), good(older)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "1.0, '', 1.1, +3-0",
        "1.0, '', 1.1, ''",
        "1.0, '', 1.1, +0-3",
        "1.0, '', 1.1, +0-0",
        "1.1, '', 1.0, +3-0",
        "1.1, '', 1.0, ''",
        "1.1, '', 1.0, +0-0",
        "1.1, +2-1, 1.0, ''",
        "1.1, +0-3, 1.0, ''",
        "1.1, +0-0, 1.0, +3-0",
        "1.1, +0-1, 1.0, +0-3",
        "1.0, +2-1, 1.1, +0-0",
        "1.0, +0-3, 1.1, ''",
        "1.0, +0-0, 1.1, +3-0",
        "1.0, +0-0, 1.1, ''"
    })
    void keepRunningEndsAllDoubt(
            String runningVersion, String runningCounter, String otherVersion, String otherCounter) {
        var running = entry(runningVersion, runningCounter);
        var other = entry(otherVersion, otherCounter);
        var names = new Names(running.fileName(), other.fileName());
        var before = names.chosen();
        var commits = 0;
        for (var step : BootControl.keepRunning(running, other)) {
            var chosen = names.chosen().id();
            names.apply(step);
            assertThat(step.commits())
                    .as(step + " changes what is started")
                    .isEqualTo(!names.chosen().id().equals(chosen));
            commits += step.commits() ? 1 : 0;
        }
        assertThat(commits).isEqualTo(before.id().equals(running.id()) ? 0 : 1);
        assertThat(names.chosen()).isEqualTo(running.blessed());
        assertThat(names.names)
                .filteredOn(name -> name.startsWith(other.id()))
                .allSatisfy(
                        name -> assertThat(BootEntry.parse(name).orElseThrow().bootable())
                                .isFalse());
    }

    /** What is told apart is a switch that waits for its reboot, and a trial, in which a boot has counted. */
    @ParameterizedTest
    @CsvSource({
        "1.0, '', 1.1, +3-0, true", "1.1, +0-0, 1.0, +3-0, true", "1.1, +0-0, 1.0, '', true",
        "1.1, '', 1.0, '', false", "1.0, '', 1.1, +0-0, false", "1.0, '', 1.1, +0-3, false",
        "1.1, +2-1, 1.0, '', false", "1.1, +0-3, 1.0, '', false", "1.1, '', 1.0, +3-0, false"
    })
    void aSwitchWaits(String running, String runningCounter, String other, String otherCounter, boolean waits) {
        assertThat(BootControl.waits(entry(running, runningCounter), entry(other, otherCounter)))
                .isEqualTo(waits);
    }

    @Test
    void blessTakesTheCounterAway() {
        assertThat(BootControl.bless(good("1.0"))).isEmpty();
        assertThat(BootControl.bless(entry("1.0", "+2-1")))
                .contains(new BootStep("board_1.0+2-1.efi", "board_1.0.efi", false));
    }

    @Test
    void nothingIsPlannedFromAnEntryThatIsNotGoodYet() {
        assertThatThrownBy(() -> BootControl.startIncoming(entry("1.0", "+2-1"), good("1.1"), TRIES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not good yet");
        assertThatThrownBy(() -> BootControl.startOther(entry("1.1", "+0-0"), good("1.0"), TRIES))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void twoSlotsNeverShareAName() {
        assertThatThrownBy(() -> BootControl.startIncoming(good("1.0"), good("1.0"), TRIES))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BootControl.startIncoming(good("1.0RC"), good("1.0rc"), TRIES))
                .as("FAT does not tell them apart")
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTrialNeedsATry() {
        assertThatThrownBy(() -> BootControl.startIncoming(good("1.0"), good("1.1"), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** 1.0 and 1.00 are two releases, and no order is known between them: whichever is started, the host boots. */
    @Test
    void versionsOfOneRankEndWhereTheyShould() {
        var running = good("1.0");
        var target = good("1.00");
        var names = new Names(running.fileName(), BootControl.incomingName(target));
        BootControl.startIncoming(running, target, TRIES).forEach(names::apply);
        assertThat(names.chosen().id()).isEqualTo(target.id());
        for (var i = 0; i < TRIES; i++) {
            names.bootFails();
        }
        assertThat(names.chosen().id()).isEqualTo(running.id());
    }

    /** The incoming name is one that systemd-boot does not start and that is known again. */
    @Test
    void incomingNamesAreNoEntries() {
        var name = BootControl.incomingName(entry("1.0~rc1^a-b", "+3-0"));
        assertThat(name).isEqualTo("board_1.0~rc1^a-b.partial");
        assertThat(BootEntry.parse(name)).isEmpty();
        assertThat(BootControl.isIncoming(name)).isTrue();
        assertThat(BootControl.isIncoming(good("1.0").fileName())).isFalse();
    }

    private static void holds(List<BootStep> plan, BootEntry running, BootEntry target, String... present) {
        assertThat(plan)
                .filteredOn(BootStep::commits)
                .as("steps that commit, of " + plan)
                .hasSize(1);
        var names = new Names(present);
        var committed = false;
        assertThat(names.chosen().id()).isEqualTo(running.id());
        for (var step : plan) {
            names.apply(step);
            committed |= step.commits();
            assertThat(names.chosen().id()).as("after " + step).isEqualTo((committed ? target : running).id());
        }
        afterwards(plan, running, target, present);
    }

    private static void afterwards(List<BootStep> plan, BootEntry running, BootEntry target, String... present) {
        var failing = new Names(present);
        plan.forEach(failing::apply);
        for (var i = 0; i < TRIES; i++) {
            if (failing.chosen().id().equals(target.id())) {
                failing.bootFails();
            }
        }
        assertThat(failing.chosen().id()).as("after a failed trial: " + failing).isEqualTo(running.id());
        failing.bootSucceeds();
        assertThat(failing.chosen().id()).as("and from then on: " + failing).isEqualTo(running.id());

        var succeeding = new Names(present);
        plan.forEach(succeeding::apply);
        succeeding.bootSucceeds();
        assertThat(succeeding.chosen()).as("after a good trial: " + succeeding).isEqualTo(target.blessed());
    }

    private static BootEntry good(String version) {
        return BootEntry.good(BOARD, Version.parse(version));
    }

    private static BootEntry entry(String version, String counter) {
        return BootEntry.parse(BOARD + "_" + version + counter + ".efi").orElseThrow();
    }
}
