package io.bascule.scenarios.crash;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.BlockDevices;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.gpt.PartitionType;
import io.bascule.qemuharness.trace.DiskEvent;
import io.bascule.qemuharness.trace.TraceReader;
import io.bascule.scenarios.bootpath.BootOutcome;
import io.bascule.scenarios.bootpath.BootPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Explores what a whole host told its disk: firmware, systemd-boot, kernel, everything. As {@link Explorer}, but the disk is
 * large and comes as files, what may boot is told by marks in the trace ({@link Phase}; before the first nothing is looked
 * at), and no update follows, because the engine's state lies in a file system that is not modelled.
 *
 * <p>What is written to STATE's partition makes no states: nothing of the boot path reads it.
 */
public final class GuestExplorer {
    private static final Window.Effort USUAL = new Window.Effort(120, 60);
    private static final Window.Effort GLANCE = new Window.Effort(3, 4, 2);

    private final Path base;
    private final Path trace;
    private final Path scratch;
    private final BootPath path;
    private final Window.Effort effort;

    /**
     * @param base the whole disk as it was when the recording began
     * @param scratch folder for a copy of it
     * @param path knows the releases that the host had or was offered
     */
    public GuestExplorer(Path base, Path trace, Path scratch, BootPath path) {
        this(base, trace, scratch, path, USUAL);
    }

    /** {@return one that tries about a dozen states of each window, in seconds} */
    public static GuestExplorer atAGlance(Path base, Path trace, Path scratch, BootPath path) {
        return new GuestExplorer(base, trace, scratch, path, GLANCE);
    }

    GuestExplorer(Path base, Path trace, Path scratch, BootPath path, Window.Effort effort) {
        this.base = base;
        this.trace = trace;
        this.scratch = scratch;
        this.path = path;
        this.effort = effort;
    }

    /** Makes and boots the states of all windows. */
    public GuestReport explore(long seed) throws IOException {
        try (var run = new Run(seed)) {
            run.walk((event, phase, index, choices) -> {
                var number = 0;
                for (var choice : choices.get()) {
                    run.judge(new GuestRecipe(seed, event, number++), phase, index, choice);
                }
            });
            return run.report();
        }
    }

    /**
     * Makes one state again and judges it.
     *
     * @throws IllegalArgumentException if the recipe is not of this trace
     */
    public GuestReport replay(GuestRecipe recipe) throws IOException {
        try (var run = new Run(recipe.seed())) {
            var found = new boolean[1];
            run.walk((event, phase, index, choices) -> {
                if (event == recipe.event() && recipe.choice() < choices.get().size()) {
                    found[0] = true;
                    run.judge(recipe, phase, index, List.copyOf(choices.get()).get(recipe.choice()));
                }
            });
            if (!found[0]) {
                throw new IllegalArgumentException("the recipe '" + recipe + "' is not of this trace");
            }
            return run.report();
        }
    }

    /** Is shown a state that was asked for. It may be written. */
    @FunctionalInterface
    public interface Visitor {
        void visit(GuestRecipe recipe, BlockDevice state) throws IOException, InterruptedException;
    }

    /** Makes states again, all of one run, in the order in which they came. */
    public void visit(List<GuestRecipe> recipes, Visitor visitor) throws IOException, InterruptedException {
        if (recipes.isEmpty()) {
            return;
        }
        try (var run = new Run(recipes.getFirst().seed())) {
            run.walk((event, phase, index, choices) -> {
                for (var recipe : recipes) {
                    if (recipe.event() == event) {
                        var choice = List.copyOf(choices.get()).get(recipe.choice());
                        visitor.visit(recipe, new WindowDisk(run.durable, index, choice));
                    }
                }
            });
        }
    }

    /** Is shown each window when it is as large as it gets. */
    @FunctionalInterface
    private interface Look<X extends Exception> {
        void at(int event, Phase phase, WindowDisk.Index window, Supplier<Set<BitSet>> choices) throws IOException, X;
    }

    /** One reading of the trace. */
    private final class Run implements AutoCloseable {
        private final long seed;
        private final Path copy;
        private final FileBlockDevice original;
        private final DurableDisk durable;
        private final Predicate<Long> matters;
        private final List<Unit> units = new ArrayList<>();
        private final BitSet certain = new BitSet();
        private final Set<List<Object>> seen = new HashSet<>();
        private final List<GuestReport.Failure> failures = new ArrayList<>();
        private final List<GuestReport.Explored> explored = new ArrayList<>();
        private @Nullable Phase phase;
        private int lastLook = -1;
        private int events;
        private int windows;
        private int largest;
        private long states;
        private long withoutFallback;

        Run(long seed) throws IOException {
            this.seed = seed;
            this.copy = Files.createTempFile(scratch, "explored", ".raw");
            Files.delete(copy);
            this.original = FileBlockDevice.openReadOnly(base);
            var now = FileBlockDevice.create(copy, original.size());
            BlockDevices.copy(original, now);
            this.durable = new DurableDisk(original, now);
            var state = GptReader.read(original, SectorSize.B512).table().entries().values().stream()
                    .filter(entry -> entry.type().equals(PartitionType.VAR.guid()))
                    .findFirst();
            this.matters = number -> state.isEmpty()
                    || number < state.get().first().value()
                    || number > state.get().last().value();
        }

        GuestReport report() {
            return new GuestReport(
                    events, windows, largest, states, seen.size(), withoutFallback, failures, List.copyOf(explored));
        }

        <X extends Exception> void walk(Look<X> look) throws IOException, X {
            try (var reader = TraceReader.open(trace)) {
                for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                    switch (next.get()) {
                        case DiskEvent.Write write -> add(look, write.position(), write.data(), write.durable());
                        case DiskEvent.Zeros zeros -> {
                            for (var at = 0L; at < zeros.length().bytes(); at += CrashDisk.SECTOR) {
                                addSector((zeros.position() + at) / CrashDisk.SECTOR, new byte[CrashDisk.SECTOR]);
                            }
                            lookIfDurable(look, zeros.durable());
                        }
                        case DiskEvent.Flush flush -> {
                            look(look, events);
                            for (var unit : units) {
                                durable.put(unit.number(), unit.content());
                            }
                            units.clear();
                            certain.clear();
                        }
                        case DiskEvent.Mark mark -> {
                            var begins = Phase.parse(mark.text());
                            if (begins.isPresent()) {
                                look(look, events);
                                phase = begins.get();
                            }
                        }
                    }
                    events++;
                }
            }
            look(look, events);
        }

        private <X extends Exception> void add(Look<X> look, long position, byte[] data, boolean fua)
                throws IOException, X {
            for (var at = 0; at < data.length; at += CrashDisk.SECTOR) {
                addSector((position + at) / CrashDisk.SECTOR, Arrays.copyOfRange(data, at, at + CrashDisk.SECTOR));
            }
            lookIfDurable(look, fua);
        }

        private void addSector(long number, byte[] bytes) throws IOException {
            if (matters.test(number)) {
                units.add(new Unit(events, number, durable.sector(number, bytes)));
            }
        }

        /** A write that has to be there before it is answered is there, from then on. */
        private <X extends Exception> void lookIfDurable(Look<X> look, boolean fua) throws IOException, X {
            if (fua && !units.isEmpty() && units.getLast().event() == events) {
                look(look, events + 1);
                for (var i = units.size() - 1; i >= 0 && units.get(i).event() == events; i--) {
                    certain.set(i);
                }
            }
        }

        private <X extends Exception> void look(Look<X> look, int event) throws IOException, X {
            var during = phase;
            if (during != null && event != lastLook) {
                lastLook = event;
                windows += units.isEmpty() ? 0 : 1;
                largest = Math.max(largest, units.size());
                var window = List.copyOf(units);
                look.at(
                        event,
                        during,
                        WindowDisk.Index.of(window),
                        () -> new Window(window, certain, effort).choices(seed + event));
            }
        }

        void judge(GuestRecipe recipe, Phase during, WindowDisk.Index window, BitSet choice) {
            states++;
            var state = new WindowDisk(durable, window, choice);
            if (!seen.add(List.of(state.fingerprint(0, state.size().bytes()), during))) {
                return;
            }
            var problem = problem(state, during);
            if (problem.isEmpty()) {
                explored.add(new GuestReport.Explored(
                        recipe, during, path.margin(state), path.oddities(state), path.next(state)));
            } else {
                failures.add(new GuestReport.Failure(recipe, during, problem));
            }
        }

        private String problem(WindowDisk state, Phase during) {
            var outcome = path.endsIn(state.copy(), version -> true);
            if (!(outcome instanceof BootOutcome.Boots boots)) {
                return outcome.toString();
            }
            if (!during.allowed().contains(boots.version())) {
                return "release " + boots.version() + " came up, not " + during.allowed();
            }
            if (during.trial().isEmpty()) {
                return "";
            }
            var bad = during.trial().get();
            if (path.endsIn(state.copy(), version -> !version.equals(bad)) instanceof BootOutcome.Boots) {
                return "";
            }
            if (during.renaming()) {
                withoutFallback++;
                return "";
            }
            return "if " + bad + " is bad, nothing else comes up";
        }

        @Override
        public void close() throws IOException {
            try (original;
                    durable) {
                Files.delete(copy);
            }
        }
    }
}
