package io.bascule.scenarios.catalogue;

import static io.bascule.scenarios.script.Scenario.onMachine;
import static io.bascule.scenarios.script.TestRelease.good;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.fat.FatReader;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.gpt.PartitionType;
import io.bascule.scenarios.bootpath.BootOutcome;
import io.bascule.scenarios.bootpath.BootPath;
import io.bascule.scenarios.bootpath.KnownRelease;
import io.bascule.scenarios.crash.GuestExplorer;
import io.bascule.scenarios.crash.GuestRecipe;
import io.bascule.scenarios.crash.GuestReport;
import io.bascule.scenarios.crash.Phase;
import io.bascule.scenarios.script.DiskRecording;
import io.bascule.scenarios.script.FirmwareBoot;
import io.bascule.scenarios.script.Scenario;
import io.bascule.scenarios.script.ScenarioFailure;
import io.bascule.scenarios.script.Stage;
import io.bascule.scenarios.script.Step;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

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
                compare(stage, recorded, explore(stage, recorded));
            });

    static final List<Scenario> ALL = List.of(MODEL);

    private GuestTraces() {}

    /** A recording and who can explore it. */
    private record Recorded(DiskRecording files, GuestExplorer explorer, Map<String, KnownRelease> releases) {}

    private static Recorded record(Stage stage) throws Exception {
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
        var releases = new LinkedHashMap<String, KnownRelease>();
        for (var version : List.of(OLD, NEW)) {
            releases.put(version, stage.known(good(version)));
        }
        return new Recorded(
                recording,
                new GuestExplorer(
                        recording.base(),
                        recording.trace(),
                        stage.scratch(),
                        new BootPath(loader(recording), releases.values())),
                releases);
    }

    private static Sha256Digest loader(DiskRecording recording) throws IOException {
        try (var disk = FileBlockDevice.openReadOnly(recording.base())) {
            var table = GptReader.read(disk, SectorSize.B512).table();
            var esp = table.entries().values().stream()
                    .filter(entry -> entry.type().equals(PartitionType.ESP.guid()))
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no EFI system partition"));
            var reader = FatReader.open(table.open(disk, esp));
            var file = reader.find("EFI/BOOT/BOOTX64.EFI")
                    .orElseThrow(() -> new IOException("there is no systemd-boot on the ESP"));
            try (var in = reader.open(file)) {
                return Sha256Digest.ofContent(in.readAllBytes());
            }
        }
    }

    private static GuestReport explore(Stage stage, Recorded recorded) throws Exception {
        var reports = new ArrayList<GuestReport>();
        stage.step(
                Step.Kind.CHECK,
                "each disk that a power cut could have left boots a release that may boot then",
                () -> {
                    var report = recorded.explorer().explore(SEED);
                    reports.add(report);
                    Files.writeString(
                            stage.evidence().resolve("closest.txt"),
                            report.closest(DISKS).stream()
                                    .map(GuestReport.Explored::toString)
                                    .collect(Collectors.joining("\n", "", "\n")));
                    if (!report.failures().isEmpty()) {
                        // Only then: whoever looks into it needs both, and they are large.
                        for (var file : List.of(
                                recorded.files().base(), recorded.files().trace())) {
                            Files.move(file, stage.evidence().resolve(file.getFileName()));
                        }
                        throw new ScenarioFailure(report + "\n"
                                + report.failures().stream()
                                        .map(GuestReport.Failure::toString)
                                        .collect(Collectors.joining("\n")));
                    }
                    return report.toString();
                });
        return reports.getFirst();
    }

    private static void compare(Stage stage, Recorded recorded, GuestReport report) throws Exception {
        var chosen = new LinkedHashMap<GuestRecipe, GuestReport.Explored>();
        report.closest(CLOSEST).forEach(state -> chosen.put(state.recipe(), state));
        report.ordinary().forEach(state -> chosen.put(state.recipe(), state));
        var recipes = chosen.keySet().stream().limit(DISKS).toList();
        recorded.explorer()
                .visit(
                        recipes,
                        (recipe, disk) -> compare(stage, recorded, Objects.requireNonNull(chosen.get(recipe)), disk));
    }

    private static void compare(Stage stage, Recorded recorded, GuestReport.Explored state, BlockDevice disk)
            throws IOException, InterruptedException {
        try {
            stage.step(
                    Step.Kind.BOOT,
                    "the firmware starts what the model says: " + words(state.next()) + " (" + state.phase() + ", "
                            + state.recipe() + ")",
                    () -> {
                        var hash = FirmwareBoot.usrHash(disk, "model", stage.scratch());
                        var version = recorded.releases().values().stream()
                                .filter(release -> release.rootHash().hex().equals(hash))
                                .map(KnownRelease::version)
                                .findFirst()
                                .orElse("an unknown release");
                        Stage.expect(
                                state.next() instanceof BootOutcome.Boots boots
                                        && boots.version().equals(version),
                                "the kernel of " + version + " was started");
                        return String.join(", ", state.oddities());
                    });
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static String words(BootOutcome outcome) {
        return switch (outcome) {
            case BootOutcome.Boots boots -> boots.version() + " by " + boots.file();
            case BootOutcome.Fails fails -> fails.file() + ", which fails";
            case BootOutcome.Bricked bricked -> "nothing";
        };
    }
}
