package io.bascule.scenarios.catalogue;

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
import io.bascule.scenarios.script.DiskRecording;
import io.bascule.scenarios.script.FirmwareBoot;
import io.bascule.scenarios.script.ScenarioFailure;
import io.bascule.scenarios.script.Stage;
import io.bascule.scenarios.script.Step;
import io.bascule.scenarios.script.TestRelease;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A host's recording, and who can say what its disks boot.
 *
 * @param releases that it had or was offered
 * @param glance whether to look at a few states only
 */
record RecordedHost(DiskRecording files, BootPath path, List<KnownRelease> releases, boolean glance) {
    private static final int SHOWN = 20;

    static RecordedHost of(Stage stage, DiskRecording recording, TestRelease... offered) throws Exception {
        var releases = new ArrayList<KnownRelease>();
        for (var release : offered) {
            releases.add(stage.known(release));
        }
        return new RecordedHost(recording, new BootPath(loader(recording), releases), releases, false);
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

    /** {@return the same, which takes seconds to explore and not minutes} */
    RecordedHost atAGlance() {
        return new RecordedHost(files, path, releases, true);
    }

    private GuestExplorer explorer(Stage stage) {
        return glance
                ? GuestExplorer.atAGlance(files.base(), files.trace(), stage.scratch(), path)
                : new GuestExplorer(files.base(), files.trace(), stage.scratch(), path);
    }

    /** A step: each disk that a power cut could have left boots what may boot then. */
    GuestReport explore(Stage stage, long seed) throws Exception {
        var reports = new ArrayList<GuestReport>();
        stage.step(
                Step.Kind.CHECK,
                "each disk that a power cut could have left boots a release that may boot then",
                () -> {
                    var report = explorer(stage).explore(seed);
                    reports.add(report);
                    Files.writeString(
                            stage.evidence().resolve("closest.txt"),
                            report.closest(SHOWN).stream()
                                    .map(GuestReport.Explored::toString)
                                    .collect(Collectors.joining("\n", "", "\n")));
                    if (!report.failures().isEmpty()) {
                        keep(stage);
                        throw new ScenarioFailure(report + "\n"
                                + report.failures().stream()
                                        .map(GuestReport.Failure::toString)
                                        .collect(Collectors.joining("\n")));
                    }
                    return report.toString();
                });
        return reports.getFirst();
    }

    /** Only of what failed: whoever looks into it needs both files, and they are large. */
    private void keep(Stage stage) throws IOException {
        for (var file : List.of(files.base(), files.trace())) {
            Files.move(file, stage.evidence().resolve(file.getFileName()));
        }
    }

    /**
     * A step for each of up to {@code most} disks: real firmware and the real systemd-boot start what the model says. First come
     * those that were closest to failing, then an ordinary one of each phase.
     *
     * @param closest how many of the first kind at most
     */
    void compareWithFirmware(Stage stage, GuestReport report, int closest, int most) throws Exception {
        var chosen = new LinkedHashMap<GuestRecipe, GuestReport.Explored>();
        report.closest(closest).forEach(state -> chosen.put(state.recipe(), state));
        report.ordinary().forEach(state -> chosen.put(state.recipe(), state));
        var recipes = chosen.keySet().stream().limit(most).toList();
        Stage.expect(!recipes.isEmpty(), "there is no disk to compare");
        explorer(stage)
                .visit(recipes, (recipe, disk) -> compare(stage, Objects.requireNonNull(chosen.get(recipe)), disk));
    }

    private void compare(Stage stage, GuestReport.Explored state, BlockDevice disk)
            throws IOException, InterruptedException {
        try {
            stage.step(
                    Step.Kind.BOOT,
                    "the firmware starts what the model says: " + words(state.next()) + " (" + state.phase() + ", "
                            + state.recipe() + ")",
                    () -> {
                        var version = FirmwareBoot.usrHash(disk, "model", stage.scratch())
                                .map(this::version)
                                .orElse("nothing");
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

    private String version(String rootHash) {
        return releases.stream()
                .filter(release -> release.rootHash().hex().equals(rootHash))
                .map(KnownRelease::version)
                .findFirst()
                .orElse("an unknown release");
    }

    private static String words(BootOutcome outcome) {
        return switch (outcome) {
            case BootOutcome.Boots boots -> boots.version() + " by " + boots.file();
            case BootOutcome.Fails fails -> fails.file() + ", which fails";
            case BootOutcome.Bricked unused -> "nothing";
        };
    }
}
