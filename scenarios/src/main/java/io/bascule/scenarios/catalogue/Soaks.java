package io.bascule.scenarios.catalogue;

import static io.bascule.scenarios.script.Scenario.onFiles;
import static io.bascule.scenarios.script.Scenario.onMachine;
import static io.bascule.scenarios.script.TestRelease.failing;
import static io.bascule.scenarios.script.TestRelease.good;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.scenarios.script.Scenario;
import io.bascule.scenarios.script.ScenarioFailure;
import io.bascule.scenarios.script.Stage;
import io.bascule.scenarios.script.Step;
import io.bascule.scenarios.soak.Soak;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One host for a long time. */
final class Soaks {
    /** Another one with {@code ./bascule}: BASCULE_SEED. */
    private static final long SEED = 2026;

    /** The names of releases, and so their entries, have one length: the ESP must have the same room to the cluster. */
    private static final Scenario ON_A_MACHINE = onMachine(
            "soak-3-updates",
            "A host takes three updates, one of them bad: neither its ESP nor its state nor the engine's memory grows",
            Soaks::onAMachine);

    static final List<Scenario> ALL = Stream.concat(
                    Stream.of(ON_A_MACHINE), IntStream.of(20, 200).mapToObj(Soaks::soak))
            .toList();

    /** The compressed initrd of another version has another length. */
    private static final ByteCount KERNELS_DIFFER_BY = new ByteCount(64 << 10);

    /** What an event of the history and a release that is known as bad may take. */
    private static final ByteCount STATE_OF_AN_UPDATE = new ByteCount(2048);

    private Soaks() {}

    private static Scenario soak(int updates) {
        return onFiles(
                "soak-" + updates + "-updates",
                "A host takes " + updates
                        + " updates, some of them bad, with rollbacks, power cuts and killed engines in"
                        + " between: nothing grows, and nothing is forgotten",
                stage -> Soak.play(stage, updates, seed()));
    }

    private static void onAMachine(Stage stage) throws Exception {
        var tower = stage.tower(good("1.0.0"));
        tower.isPoweredOn();
        tower.runs(good("1.0.0"));
        var firstPeak = tower.updatesAndIsMeasuredTo(good("1.1.0"), "");
        tower.reboots();
        tower.runs(good("1.1.0"));
        var first = tower.isMeasured();

        var bad = failing("failing-health-check", "1.2.0");
        tower.updatesAndIsMeasuredTo(bad, " --tries 1");
        tower.reboots();
        tower.hasStarted(2);
        tower.runs(good("1.1.0"));
        tower.knowsAsBad("1.2.0");

        var lastPeak = tower.updatesAndIsMeasuredTo(good("1.3.0"), "");
        tower.reboots();
        tower.runs(good("1.3.0"));
        var last = tower.isMeasured();
        tower.hasEntries("test_1.1.0.efi", "test_1.3.0.efi");
        tower.knowsAsBad("1.2.0");
        stage.step(Step.Kind.CHECK, "nothing has grown", () -> {
            Stage.expect(last.entries() == first.entries(), "the ESP holds more: " + first + ", now " + last);
            Stage.expect(
                    last.espFree().bytes() >= first.espFree().bytes() - KERNELS_DIFFER_BY.bytes(),
                    "the ESP has less room: " + first + ", now " + last);
            Stage.expect(
                    last.state().bytes() <= first.state().bytes() + 2 * STATE_OF_AN_UPDATE.bytes(),
                    "the state has grown: " + first + ", now " + last);
            Stage.expect(
                    lastPeak.bytes() <= firstPeak.bytes() * 5 / 4,
                    "the engine took " + firstPeak + " for the first update, and " + lastPeak + " for the last");
            return firstPeak + " of memory for the first update, " + lastPeak + " for the last";
        });
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
