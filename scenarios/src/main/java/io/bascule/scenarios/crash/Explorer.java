package io.bascule.scenarios.crash;

import io.bascule.partitionlayout.BlockDevices;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.qemuharness.trace.DiskEvent;
import io.bascule.scenarios.bootpath.BootOutcome;
import io.bascule.scenarios.bootpath.BootPath;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes each state that a disk may be in after a power cut, boots it, and has the engine go on with it.
 *
 * <p>Whatever was flushed is there. Of what was written since, each sector may be there or not, in any combination: all
 * combinations are tried of up to {@value Window#SMALL} sectors, and of more the prefixes, each single one lost, each single
 * one kept, every write torn, and random ones. A state must come up with a release that it may have at that point: before
 * the name changes that commits, the old one; after it the new one, and the old one if the new one is bad.
 */
public final class Explorer implements Closeable {
    private static final Path MEMORY = Path.of("/dev/shm");

    private final Path scratch;
    private final long seed;
    private final Window.Effort effort;
    private final int followEach;
    private final VfatEsp.Syncing syncing;
    private final boolean flushesCount;
    private final Map<List<Object>, Recording> recordings = new HashMap<>();

    private Explorer(long seed, Window.Effort effort, int followEach, VfatEsp.Syncing syncing, boolean flushesCount)
            throws IOException {
        // The engine flushes its state, thousands of times here, and nobody cuts the power of this machine.
        this.scratch = Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "crash-")
                : Files.createTempDirectory("crash-");
        this.seed = seed;
        this.effort = effort;
        this.followEach = followEach;
        this.syncing = syncing;
        this.flushesCount = flushesCount;
    }

    /** A quick look: some hundred states for each window that is not small, each tenth state followed by an update. */
    public static Explorer quick(long seed) throws IOException {
        return new Explorer(seed, new Window.Effort(120, 60), 10, VfatEsp.Syncing.FILE_AND_FOLDER, true);
    }

    /** All prefixes and single losses, thousands of random states, each second state followed by an update. */
    public static Explorer thorough(long seed) throws IOException {
        return new Explorer(seed, new Window.Effort(2000, 1000), 2, VfatEsp.Syncing.FILE_AND_FOLDER, true);
    }

    /** For controls: another idea of fsync, or a disk that does not care for flushes. */
    static Explorer broken(long seed, VfatEsp.Syncing syncing, boolean flushesCount) throws IOException {
        return new Explorer(seed, new Window.Effort(120, 200), Integer.MAX_VALUE, syncing, flushesCount);
    }

    /**
     * Explores a scenario.
     *
     * @param filler 0 to 15: how many files stand before the entries in their folder, which decides whether the entries of
     *     one name lie in one sector
     */
    public CrashReport explore(Scenario scenario, int filler) throws IOException {
        var run = new Run(recording(scenario, filler));
        run.walk((event, units, certain) -> {
            for (var choice : new Window(units, certain, effort).choices(seed + event)) {
                run.judge(event, units, choice);
            }
        });
        return run.report();
    }

    /**
     * Makes one state again and judges it.
     *
     * @param recipe as a failure prints it
     * @return the report on this one state, which was also updated
     * @throws IllegalArgumentException if it is no recipe, or none of this scenario
     */
    public CrashReport replay(String recipe) throws IOException {
        var wanted = Recipe.parse(recipe);
        var run = new Run(recording(wanted.scenario(), wanted.filler()));
        run.followAll = true;
        run.judge(wanted.event(), run.unitsOf(wanted), wanted.window());
        return run.report();
    }

    /** Writes a state as an image of the whole disk, to be booted. */
    public void export(Recipe recipe, Path file) throws IOException {
        var run = new Run(recording(recipe.scenario(), recipe.filler()));
        var state = run.state(run.unitsOf(recipe), recipe.window());
        try (var image = FileBlockDevice.create(file, state.size())) {
            BlockDevices.copy(state, image);
        }
    }

    private Recording recording(Scenario scenario, int filler) throws IOException {
        var key = List.<Object>of(scenario, filler);
        var known = recordings.get(key);
        if (known == null) {
            known = Recording.of(scenario, filler, syncing, scratch);
            recordings.clear(); // Each holds a disk.
            recordings.put(key, known);
        }
        return known;
    }

    @Override
    public void close() throws IOException {
        delete(scratch);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Is shown each window when it is as large as it gets. */
    @FunctionalInterface
    private interface Look {
        void at(int event, List<Unit> units, BitSet certain) throws IOException;
    }

    /** One scenario. */
    private final class Run {
        private final Recording recording;
        private final Set<List<Object>> seen = new HashSet<>();
        private final List<CrashReport.Failure> failures = new ArrayList<>();
        private List<CrashReport.Close> closest = new ArrayList<>();
        private CrashDisk durable;
        private boolean followAll;
        private int windows;
        private long states;
        private long followed;
        private long withoutFallback;

        Run(Recording recording) {
            this.recording = recording;
            this.durable = new CrashDisk(recording.base());
        }

        CrashReport report() {
            return new CrashReport(
                    windows, states, seen.size(), followed, withoutFallback, failures, CrashReport.closest(closest));
        }

        /** Goes through the events; afterwards {@link #durable} is what was flushed last. */
        void walk(Look look) throws IOException {
            var units = new ArrayList<Unit>();
            var certain = new BitSet();
            for (var event = 0; event < recording.events().size(); event++) {
                switch (recording.events().get(event)) {
                    case DiskEvent.Write write -> {
                        add(units, event, write.position(), write.data());
                        if (write.durable()) {
                            look(look, event + 1, units, certain);
                            makeCertain(units, event, certain);
                        }
                    }
                    case DiskEvent.Zeros zeros -> {
                        add(
                                units,
                                event,
                                zeros.position(),
                                new byte[(int) zeros.length().bytes()]);
                        if (zeros.durable()) {
                            look(look, event + 1, units, certain);
                            makeCertain(units, event, certain);
                        }
                    }
                    case DiskEvent.Flush flush -> {
                        if (flushesCount) {
                            look(look, event, units, certain);
                            units.forEach(unit -> durable.put(unit.number(), unit.content()));
                            units.clear();
                            certain.clear();
                        }
                    }
                    case DiskEvent.Mark mark -> {}
                }
            }
            look(look, recording.events().size(), units, certain);
        }

        private void look(Look look, int event, List<Unit> units, BitSet certain) throws IOException {
            windows += units.isEmpty() ? 0 : 1;
            look.at(event, units, certain);
        }

        private void add(List<Unit> units, int event, long position, byte[] data) throws IOException {
            for (var at = 0; at < data.length; at += CrashDisk.SECTOR) {
                var number = (position + at) / CrashDisk.SECTOR;
                var bytes = Arrays.copyOfRange(data, at, at + CrashDisk.SECTOR);
                units.add(new Unit(event, number, durable.sector(number, bytes)));
            }
        }

        private static void makeCertain(List<Unit> units, int event, BitSet certain) {
            for (var i = 0; i < units.size(); i++) {
                if (units.get(i).event() == event) {
                    certain.set(i);
                }
            }
        }

        /** {@return the window that a recipe is about} */
        List<Unit> unitsOf(Recipe recipe) throws IOException {
            var found = new ArrayList<Unit>();
            var there = new boolean[1];
            var before = new CrashDisk[1];
            walk((event, units, certain) -> {
                if (event == recipe.event() && !there[0]) {
                    there[0] = true;
                    before[0] = durable.copy();
                    found.addAll(units);
                }
            });
            if (!there[0] || recipe.window().length() > found.size()) {
                throw new IllegalArgumentException("the recipe '" + recipe + "' is not of this recording: "
                        + (there[0]
                                ? "the window before event " + recipe.event() + " has " + found.size() + " sectors"
                                : "no window ends before event " + recipe.event()));
            }
            durable = before[0];
            return found;
        }

        CrashDisk state(List<Unit> units, BitSet choice) {
            var state = durable.copy();
            choice.stream()
                    .forEach(i -> state.put(units.get(i).number(), units.get(i).content()));
            return state;
        }

        void judge(int event, List<Unit> units, BitSet choice) throws IOException {
            states++;
            // The moment of the power cut: after the last write that is there, or that is known to be lost.
            var moment = units.isEmpty() ? event - 1 : units.getLast().event();
            var renaming = recording.renamingAt(moment);
            var state = state(units, choice);
            var key = List.<Object>of(state.fingerprint(0, state.size().bytes()), renaming, recording.allowedAt(event));
            if (!seen.add(key)) {
                return;
            }
            var recipe = new Recipe(recording.scenario(), recording.filler(), seed, event, choice);
            var problem = problem(state.copy(), event, renaming);
            if (problem.isEmpty()) {
                var margin = recording.path().margin(state);
                var odd = recording.path().oddities(state);
                closest.add(new CrashReport.Close(recipe, margin, odd));
                if (closest.size() > 50 * CrashReport.CLOSEST) {
                    closest = new ArrayList<>(CrashReport.closest(closest));
                }
                if (followAll || !(odd.isEmpty() || odd.equals(BootPath.BAD_TABLE)) || seen.size() % followEach == 0) {
                    problem = follow(
                            state,
                            (seen.size() & 1) == 0 ? recording.stateBefore(moment + 1) : recording.stateAt(event));
                }
            }
            if (!problem.isEmpty()) {
                failures.add(new CrashReport.Failure(recipe, problem));
            }
        }

        private String problem(CrashDisk state, int event, boolean renaming) {
            var broken = recording.scenario().broken();
            var fallback = state.copy();
            var outcome = recording
                    .path()
                    .endsIn(state, version -> broken.filter(version::equals).isEmpty());
            if (!(outcome instanceof BootOutcome.Boots boots)) {
                return outcome.toString();
            }
            var allowed = new HashSet<String>();
            if (renaming) {
                // The name that changes may be lost, and the other release comes up.
                allowed.addAll(List.of(recording.before(), recording.after(), boots.version()));
                broken.ifPresent(allowed::remove);
            } else {
                allowed.addAll(recording.allowedAt(event));
            }
            if (!allowed.contains(boots.version())) {
                return "release " + boots.version() + " came up, not " + allowed;
            }
            // The new release may be bad: then the old one has to come back.
            if (recording.trial()) {
                var back = recording
                        .path()
                        .endsIn(
                                fallback,
                                version -> !version.equals(recording.after())
                                        && broken.filter(version::equals).isEmpty());
                var fine = back instanceof BootOutcome.Boots up
                        && (up.version().equals(recording.running())
                                || recording.allowedAt(event).contains(up.version()));
                if (!fine) {
                    if (!renaming) {
                        return "if " + recording.after() + " is bad: " + back;
                    }
                    withoutFallback++;
                }
            }
            return "";
        }

        /** The host comes up, its judge looks at what happened, and another release is installed and booted. */
        private String follow(CrashDisk state, Map<String, byte[]> files) throws IOException {
            followed++;
            var folder = Files.createDirectory(scratch.resolve("follow"));
            try {
                var host = new CrashHost(state, folder, recording.path(), text -> {});
                Files.createDirectories(host.stateFolder());
                for (var file : files.entrySet()) {
                    Files.write(host.stateFolder().resolve(file.getKey()), file.getValue());
                }
                var broken = recording.scenario().broken();
                Predicate<String> healthy =
                        version -> broken.filter(version::equals).isEmpty();
                var up = host.bootToTheEnd(healthy);
                if (!(up instanceof BootOutcome.Boots)) {
                    return up.toString();
                }
                var problem = update(host);
                if (!problem.isEmpty()) {
                    // A switch may have been waiting for its reboot.
                    host.bootToTheEnd(healthy);
                    problem = update(host);
                }
                if (!problem.isEmpty()) {
                    return problem;
                }
                var next = host.bootToTheEnd(version -> true);
                return next instanceof BootOutcome.Boots boots
                                && boots.version().equals(Scenario.NEXT)
                        ? ""
                        : "after the next update: " + next;
            } finally {
                delete(folder);
            }
        }

        private String update(CrashHost host) {
            try {
                host.engine().judge();
                host.engine().update(Releases.offer(Releases.of(Scenario.NEXT), scratch), Scenario.OPTIONS);
                return "";
            } catch (IOException e) {
                return "the next update fails on " + host.running() + ": " + e.getMessage();
            }
        }
    }
}
