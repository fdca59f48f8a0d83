package io.bascule.scenarios.catalogue;

import static io.bascule.scenarios.script.Scenario.onMachine;
import static io.bascule.scenarios.script.TestRelease.good;

import io.bascule.partitionlayout.BlockDevices;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.qemuharness.faultdisk.CutPolicy;
import io.bascule.qemuharness.faultdisk.Fault;
import io.bascule.qemuharness.faultdisk.FaultDisk;
import io.bascule.scenarios.bootpath.BootOutcome;
import io.bascule.scenarios.crash.Phase;
import io.bascule.scenarios.crash.Replay;
import io.bascule.scenarios.script.FirmwareBoot;
import io.bascule.scenarios.script.Moment;
import io.bascule.scenarios.script.Scenario;
import io.bascule.scenarios.script.Stage;
import io.bascule.scenarios.script.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** What a whole host tells its disk, from the firmware on, is cut everywhere. */
final class GuestTraces {
    private static final long SEED = 2026;

    private static final int CLOSEST = 16;
    private static final int DISKS = 20;

    private static final String OLD = "1.0.0";
    private static final String NEW = "1.1.0";

    private static final Scenario MODEL = onMachine(
            "model-against-firmware",
            "All that a host tells its disk is cut everywhere, nothing bricks it; and real firmware boots what the model says",
            stage -> {
                var recorded = record(stage);
                var report = recorded.explore(stage, SEED);
                recorded.compareWithFirmware(stage, report, CLOSEST, DISKS);
            });

    private static final Scenario LYING = onMachine(
            "flushes-ignored",
            "The control: the disk says that it flushes and does not, and a power cut bricks the host, as it has to",
            GuestTraces::brick);

    /** How many cuts are tried. Each of them bricks more often than not. */
    private static final int CUTS = 12;

    private static final ByteCount ALL_THAT_IS_WRITTEN = ByteCount.ofGiB(2);

    static final List<Scenario> ALL = List.of(MODEL, LYING);

    private GuestTraces() {}

    private static RecordedHost record(Stage stage) throws Exception {
        var tower = stage.tower(good(OLD));
        tower.isPoweredOn();
        tower.runs(good(OLD));
        tower.isSwitchedOff();
        var recording = tower.isRecorded();
        tower.mark(Phase.of("before", OLD).mark());
        tower.isPoweredOn();
        tower.runs(good(OLD));
        tower.mark(Phase.of("update", OLD, NEW).withTrial(NEW).mark());
        tower.updatesTo(good(NEW));
        tower.mark(Phase.of("waiting", NEW).withTrial(NEW).mark());
        tower.mark(Phase.of("trial", OLD, NEW).withTrial(NEW).whileRenaming().mark());
        tower.reboots();
        tower.runs(good(NEW));
        tower.mark(Phase.of("blessed", NEW).mark());
        tower.mark(Phase.of("rollback", OLD, NEW).withTrial(OLD).whileRenaming().mark());
        tower.rollsBack();
        tower.mark(Phase.of("rolled-back", OLD).withTrial(OLD).mark());
        tower.mark(
                Phase.of("trial-again", OLD, NEW).withTrial(OLD).whileRenaming().mark());
        tower.reboots();
        tower.runs(good(OLD));
        tower.mark(Phase.of("after", OLD).mark());
        tower.isSwitchedOff();
        tower.isRecordedNoMore();
        return RecordedHost.of(stage, recording, good(OLD), good(NEW));
    }

    private static void brick(Stage stage) throws Exception {
        var tower = stage.tower(good(OLD));
        tower.isPoweredOn();
        tower.runs(good(OLD));
        tower.isSwitchedOff();
        var recording = tower.isRecorded();
        tower.hasOnItsDisk(new Fault.IgnoreFlushes());
        tower.willLosePowerWhen(Moment.ENTRY_IS_ARMED, new CutPolicy.Subset(SEED));
        tower.isPoweredOn();
        tower.runs(good(OLD));
        tower.beginsToUpdateTo(good(NEW));
        tower.hasLostItsPower();
        tower.isRecordedNoMore();
        var host = RecordedHost.of(stage, recording, good(OLD), good(NEW));
        var seeds = LongStream.range(SEED, SEED + CUTS).boxed().toList();
        var honest = stage.scratch().resolve("honest.raw");
        stage.step(
                Step.Kind.CHECK,
                "the same host on a disk that does flush is bricked by none of " + CUTS + " such cuts",
                () -> {
                    for (var seed : seeds) {
                        cut(host, honest, false, seed);
                        var outcome = outcome(host, honest);
                        Stage.expect(outcome instanceof BootOutcome.Boots, "seed " + seed + ": " + outcome);
                    }
                    return "";
                });
        var lying = stage.scratch().resolve("lying.raw");
        var bricked = new ArrayList<Long>();
        stage.step(Step.Kind.CHECK, "on the disk that lies the cut bricks the host", () -> {
            for (var seed : seeds) {
                cut(host, lying, true, seed);
                if (outcome(host, lying) instanceof BootOutcome.Bricked) {
                    bricked.add(seed);
                }
            }
            Stage.expect(!bricked.isEmpty(), "none of " + CUTS + " cuts bricked it, so this harness proves nothing");
            return bricked.size() + " of " + CUTS + " cuts did: seeds " + bricked;
        });
        stage.step(Step.Kind.BOOT, "real firmware finds nothing to start on such a disk", () -> {
            cut(host, lying, true, bricked.getFirst());
            try (var disk = FileBlockDevice.open(lying)) {
                var started = FirmwareBoot.usrHash(disk, "bricked", stage.evidence());
                Stage.expect(started.isEmpty(), "a kernel was started, for " + started);
            }
            return outcome(host, lying).toString();
        });
    }

    /** Makes the disk of that moment again, flushes ignored or not, and cuts its power. */
    private static void cut(RecordedHost host, Path file, boolean lies, long seed) throws IOException {
        Files.deleteIfExists(file);
        try (var base = FileBlockDevice.openReadOnly(host.files().base());
                var copy = FileBlockDevice.create(file, base.size())) {
            BlockDevices.copy(base, copy);
            try (var disk = new FaultDisk(copy, event -> {}, ALL_THAT_IS_WRITTEN, System::nanoTime)) {
                if (lies) {
                    disk.inject(new Fault.IgnoreFlushes());
                }
                Replay.replay(host.files().trace(), disk);
                disk.cutPower(new CutPolicy.Subset(seed));
            }
        }
    }

    private static BootOutcome outcome(RecordedHost host, Path file) throws IOException {
        // The model counts tries on the disk, but this one is looked at again.
        try (var disk = FileBlockDevice.openReadOnly(file)) {
            return host.path().next(disk);
        }
    }
}
