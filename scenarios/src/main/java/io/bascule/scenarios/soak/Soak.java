package io.bascule.scenarios.soak;

import static io.bascule.scenarios.script.Stage.expect;

import io.bascule.imagebuilder.Folders;
import io.bascule.partitionlayout.BlockDevices;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.scenarios.bootpath.BootOutcome;
import io.bascule.scenarios.bootpath.BootPath;
import io.bascule.scenarios.bootpath.FatFile;
import io.bascule.scenarios.bootpath.FatVolume;
import io.bascule.scenarios.crash.CrashHost;
import io.bascule.scenarios.crash.Releases;
import io.bascule.scenarios.script.ScenarioFailure;
import io.bascule.scenarios.script.Stage;
import io.bascule.scenarios.script.Step;
import io.bascule.updateengine.UpdateEngine;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import io.bascule.updateengine.source.ReleaseSource;
import io.bascule.updateengine.state.EngineState;
import io.bascule.updateengine.state.StateStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One host that is updated again and again, from slot to slot. Some releases are bad, some are rolled back from and forward to
 * again, and now and then the power is cut or the engine is killed, at any moment. After each update everything is looked at.
 * The same seed plays the same story.
 */
public final class Soak {
    private static final UpdateEngine.Options OPTIONS = new UpdateEngine.Options(false, false, 3);
    private static final String FIRST = "1.0.0";
    private static final String ENTRY = "test-board_1\\.[0-9]+\\.0(\\+0-[03])?\\.efi";
    private static final int STEP = 20;
    private static final int MOST_ATTEMPTS = 8;
    private static final int MOST_ENDS = 3;
    private static final int ONE_IN_BAD = 6;
    private static final int ONE_IN_ROLLBACK = 6;

    /** 200 events and what is known bad, a line each; see docs/formats/engine-state.md. */
    private static final long MOST_STATE = 128 << 10;

    /** Collections do not end at the same byte, and classes are loaded for what happens seldom. */
    private static final long MOST_HEAP_GROWTH = 4 << 20;

    private final Random random;
    private final Path folder;
    private final Path image;
    private final LossyDisk disk;
    private final BootPath path;
    private final CrashHost host;
    private final Set<String> bad = new LinkedHashSet<>();
    private final SoakFigures figures = new SoakFigures();
    private final long imageSize;
    private Set<FatFile> leftovers = Set.of();
    private Set<FatFile> newLeftovers = Set.of();
    private String previous = "";
    private long updateOperations;
    private long bootOperations;
    private long space;
    private long heapEarly = Long.MAX_VALUE;
    private long heapLate = Long.MAX_VALUE;

    private Soak(Path folder, long seed) throws IOException {
        this.folder = folder;
        this.image = folder.resolve("disk.img");
        this.random = new Random(seed);
        var installed = CrashHost.install(Releases.of(FIRST), 0);
        var file = FileBlockDevice.create(image, installed.size());
        BlockDevices.copy(installed, file);
        imageSize = Files.size(image);
        var table = GptReader.read(file, SectorSize.B512).table();
        var esp = table.entry(1);
        var first = esp.first().byteOffset(SectorSize.B512);
        var size = table.size(esp).bytes();
        disk = new LossyDisk(file, position -> position >= first && position < first + size);
        path = CrashHost.bootPath(Stream.of(FIRST));
        host = new CrashHost(disk, folder, path, disk::mark);
    }

    /** Plays {@code updates} updates, and ends at the first thing that is not as it must be. */
    public static void play(Stage stage, int updates, long seed) throws Exception {
        var soak = new Soak(Files.createDirectories(stage.scratch().resolve("host")), seed);
        try (soak.disk) {
            stage.step(Step.Kind.PREPARE, "a host is installed with " + FIRST + ", seed " + seed, () -> {
                soak.restart(false);
                return "a disk of " + (soak.imageSize >> 20) + " MiB";
            });
            for (var begin = 1; begin <= updates; begin += STEP) {
                var from = begin;
                var to = Math.min(updates, begin + STEP - 1);
                stage.step(Step.Kind.ENGINE, "updates " + from + " to " + to + ", seed " + seed, () -> {
                    for (var number = from; number <= to; number++) {
                        soak.round(number);
                    }
                    soak.heap(to, updates);
                    return soak.figures.toString();
                });
            }
        }
    }

    private void round(int number) throws Exception {
        var version = "1." + number + ".0";
        try {
            Releases.offer(Releases.of(version), folder);
            path.offer(Releases.known(Releases.of(version)));
            figures.updates++;
            leftovers = newLeftovers;
            // The first ones show how long updates and boots are.
            if (number > 2 && random.nextInt(ONE_IN_BAD) == 0) {
                tryBad(version);
            } else {
                previous = host.running();
                reach(version, () -> host.engine().update(source(version), OPTIONS), number > 2);
                look(version);
                if (number > 2 && random.nextInt(ONE_IN_ROLLBACK) == 0) {
                    backAndForth(version);
                }
            }
            Folders.delete(folder.resolve("offers").resolve(version));
        } catch (IOException | AssertionError | ScenarioFailure e) {
            throw new ScenarioFailure("update " + number + " to " + version + ": " + e.getMessage(), e);
        }
    }

    private ReleaseSource source(String version) throws IOException {
        return Releases.offer(Releases.of(version), folder);
    }

    /** Something that the engine is told to do. */
    @FunctionalInterface
    private interface Verb {
        void run() throws IOException;
    }

    /** Tells the engine again, after whatever kept it from its work, until the host runs what it is to run. */
    private void reach(String version, Verb verb, boolean disturbed) throws Exception {
        var ends = 0;
        for (var attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            var kind = disturbed && ends < MOST_ENDS ? kind() : LossyDisk.Kind.NONE;
            var end = disturbed(kind, verb);
            ends += end == LossyDisk.Kind.NONE ? 0 : 1;
            if (end != LossyDisk.Kind.KILL) {
                restart(disturbed && random.nextInt(4) == 0);
            }
            if (host.running().equals(version)) {
                return;
            }
        }
        throw new ScenarioFailure(host.running() + " runs after " + MOST_ATTEMPTS + " attempts");
    }

    private LossyDisk.Kind kind() {
        return switch (random.nextInt(5)) {
            case 0, 1 -> LossyDisk.Kind.POWER_CUT;
            case 2 -> LossyDisk.Kind.KILL;
            default -> LossyDisk.Kind.NONE;
        };
    }

    /** {@return how it ended: {@code NONE} if it came to its own end} */
    private LossyDisk.Kind disturbed(LossyDisk.Kind kind, Verb verb) throws IOException {
        disk.endAt(kind, kind == LossyDisk.Kind.NONE ? 0 : random.nextLong(updateOperations));
        try {
            verb.run();
            if (kind == LossyDisk.Kind.NONE) {
                updateOperations = disk.operations();
            }
            disk.endAt(LossyDisk.Kind.NONE, 0);
            return LossyDisk.Kind.NONE;
        } catch (EngineException e) {
            disk.endAt(LossyDisk.Kind.NONE, 0);
            if (e.problem() == Problem.ALREADY_INSTALLED) {
                return LossyDisk.Kind.NONE; // It was ended after it was done.
            }
            throw e;
        } catch (LossyDisk.End e) {
            ended(kind);
            return kind;
        }
    }

    private void ended(LossyDisk.Kind kind) throws IOException {
        if (kind == LossyDisk.Kind.POWER_CUT) {
            figures.powerCuts++;
            figures.sectors += disk.powerOn(random);
        } else {
            figures.kills++;
            disk.endAt(LossyDisk.Kind.NONE, 0);
        }
    }

    /** Restarts, perhaps with a power cut in between, until a boot has succeeded and was judged. */
    private void restart(boolean cut) throws Exception {
        disk.endAt(cut ? LossyDisk.Kind.POWER_CUT : LossyDisk.Kind.NONE, cut ? random.nextLong(bootOperations) : 0);
        try {
            bootAndJudge();
            if (!cut && bootOperations == 0) {
                bootOperations = disk.operations() + 10;
            }
            disk.endAt(LossyDisk.Kind.NONE, 0);
        } catch (LossyDisk.End e) {
            ended(LossyDisk.Kind.POWER_CUT);
            bootAndJudge();
        }
    }

    private void bootAndJudge() throws Exception {
        var outcome = host.bootToTheEnd(version -> !bad.contains(version));
        expect(outcome instanceof BootOutcome.Boots, "the host does not come up: " + outcome);
        host.engine().judge();
    }

    /** Power cuts while the firmware counts a bad release are left out: see "What is left" in docs/reliability.md. */
    private void tryBad(String version) throws Exception {
        bad.add(version);
        figures.bad++;
        var before = host.running();
        for (var attempt = 0; attempt < MOST_ATTEMPTS && !isKnownBad(version); attempt++) {
            var end = disturbed(
                    attempt < MOST_ENDS ? kind() : LossyDisk.Kind.NONE,
                    () -> host.engine().update(source(version), OPTIONS));
            if (end != LossyDisk.Kind.KILL) {
                restart(false);
            }
            expect(host.running().equals(before), host.running() + " runs after the bad release, not " + before);
        }
        expect(isKnownBad(version), "it failed, and is not known to be bad");
        look(before);
        try {
            host.engine().check(source(version), OPTIONS);
            throw new ScenarioFailure("the bad release would be taken again");
        } catch (EngineException e) {
            expect(e.problem() == Problem.KNOWN_BAD, "the bad release is refused, but with: " + e.getMessage());
        }
    }

    private boolean isKnownBad(String version) throws IOException {
        return state().knownBad().stream()
                .anyMatch(known -> known.version().text().equals(version));
    }

    private EngineState state() throws IOException {
        return new StateStore(host.stateFolder()).load();
    }

    private void backAndForth(String version) throws Exception {
        figures.rollbacks++;
        try {
            reach(previous, () -> host.engine().rollback(OPTIONS), true);
        } catch (EngineException e) {
            if (e.problem() != Problem.NOTHING_TO_ROLL_BACK_TO) {
                throw e;
            }
            // A name was lost while it changed: see "What is left" in docs/reliability.md.
            figures.lostFallbacks++;
            return;
        }
        look(previous);
        reach(version, () -> host.engine().update(source(version), OPTIONS), true);
        look(version);
    }

    /** Everything that could have grown, been left behind or been forgotten. */
    private void look(String version) throws Exception {
        expect(host.running().equals(version), host.running() + " runs, not " + version);
        expect(Files.size(image) == imageSize, "the disk has " + Files.size(image) + " bytes, not " + imageSize);
        lookAtEsp();
        var state = state();
        var known =
                state.knownBad().stream().map(entry -> entry.version().text()).collect(Collectors.toSet());
        expect(known.equals(bad), "known bad are " + known + ", and bad are " + bad);
        expect(state.pending().isEmpty(), "a switch waits: " + state.pending());
        expect(
                state.history().size() <= EngineState.MAX_HISTORY,
                "the history has " + state.history().size() + " entries");
        try (var files = Files.list(host.stateFolder())) {
            var names = files.map(file -> String.valueOf(file.getFileName())).toList();
            expect(names.size() == 1, "the state's folder holds " + names);
        }
        figures.knownBad = known.size();
        figures.stateBytes = Files.size(host.stateFolder().resolve("state.json"));
        figures.most = Math.max(figures.most, figures.stateBytes);
        expect(figures.stateBytes <= MOST_STATE, "state.json has " + figures.stateBytes + " bytes");
    }

    private void lookAtEsp() throws Exception {
        var table = GptReader.read(disk, SectorSize.B512);
        expect(table.faults().isEmpty(), "a copy of the partition table is bad: " + table.faults());
        var esp = FatVolume.open(table.table().open(disk, table.table().entry(1)));
        var directory = esp.directory(BootPath.ENTRIES);
        var entries = new ArrayList<String>();
        var left = new HashSet<FatFile>();
        for (var file : esp.list(directory)) {
            if (file.name().matches(ENTRY) && file.size() > 0) {
                entries.add(file.name());
            } else {
                left.add(file);
            }
        }
        expect(entries.size() == 2, "the ESP holds the entries " + entries + " and " + left + ", not two entries");
        // What a power cut leaves of a name is dead, takes no room, and goes when the next release is installed.
        expect(left.stream().allMatch(file -> file.size() == 0), "on the ESP is more than entries: " + left);
        expect(left.stream().noneMatch(leftovers::contains), "still on the ESP after an update: " + left);
        figures.leftovers += left.size();
        newLeftovers = left;
        figures.freeBytes = esp.freeBytes();
        figures.folderBytes = (long) directory.size() * esp.clusterBytes();
        if (space == 0) {
            space = figures.freeBytes + figures.folderBytes;
        }
        // The folder itself does grow: the firmware never uses an entry again.
        expect(
                figures.freeBytes + figures.folderBytes == space,
                "of the ESP " + (space - figures.freeBytes - figures.folderBytes) + " bytes are lost");
    }

    /** What is only softly held comes and goes; what counts is how low it gets, in each half. */
    private void heap(int number, int updates) throws ScenarioFailure {
        System.gc();
        figures.heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        if (number <= updates / 2) {
            heapEarly = Math.min(heapEarly, figures.heap);
            return;
        }
        heapLate = Math.min(heapLate, figures.heap);
        expect(
                number < updates || heapEarly == Long.MAX_VALUE || heapLate - heapEarly <= MOST_HEAP_GROWTH,
                "the heap has grown from " + heapEarly + " to " + heapLate + " bytes");
    }
}
