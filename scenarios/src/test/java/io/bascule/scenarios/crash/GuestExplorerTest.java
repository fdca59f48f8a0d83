package io.bascule.scenarios.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bascule.partitionlayout.BlockDevices;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.qemuharness.trace.DiskEvent;
import io.bascule.qemuharness.trace.TraceWriter;
import io.bascule.scenarios.bootpath.BootOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trace of an update that is read from files is judged as the same update in memory. */
class GuestExplorerTest {
    private static final int SEED = 2026;
    private static final Phase UPDATE = Phase.of("update", "1.1.0", "1.2.0").withTrial("1.2.0");
    private static final Phase WAITING = Phase.of("waiting", "1.2.0").withTrial("1.2.0");

    private static final Window.Effort EFFORT = new Window.Effort(20, 10);

    @TempDir
    private Path folder;

    private Recording recording;

    @BeforeEach
    void record() throws IOException {
        recording = Recording.of(
                Scenario.UPDATE, 0, VfatEsp.Syncing.FILE_AND_FOLDER, Files.createDirectory(folder.resolve("host")));
    }

    @Test
    void noStateOfASoundUpdateFails() throws IOException {
        var report = explorer(UPDATE, WAITING, event -> true).explore(SEED);
        assertThat(report.failures()).isEmpty();
        assertThat(report.windows()).isGreaterThan(5);
        assertThat(report.distinct()).isGreaterThan(100);
        assertThat(report.ordinary())
                .extracting(state -> ((BootOutcome.Boots) state.next()).version())
                .containsExactly("1.2.0", "1.2.0");
        assertThat(report.closest(20)).hasSizeGreaterThan(3);
    }

    /** Other code than {@link CrashDisk}, same bytes and same fingerprints, whatever is written to them afterwards. */
    @Test
    void stateReadsAsTheSameStateInMemory() throws IOException {
        var base = recording.base();
        var other = new MemoryBlockDevice((int) base.size().bytes());
        BlockDevices.copy(base, other);
        var durable = new DurableDisk(base, other);
        var expected = new CrashDisk(base);
        var random = new Random(SEED);
        for (var round = 0; round < 20; round++) {
            var units = new ArrayList<Unit>();
            for (var i = 0; i < 30; i++) {
                var bytes = new byte[CrashDisk.SECTOR];
                random.nextBytes(bytes);
                var number = (long) random.nextInt(20);
                units.add(new Unit(i, number, durable.sector(number, bytes)));
            }
            var choice = BitSet.valueOf(new long[] {random.nextLong(1 << 30)});
            var state = new WindowDisk(durable, WindowDisk.Index.of(units), choice);
            var inMemory = expected.copy();
            choice.stream()
                    .forEach(i ->
                            inMemory.put(units.get(i).number(), units.get(i).content()));
            assertSame(state, inMemory);
            var changed = state.copy();
            for (var position : new long[] {3, 700, 5000}) {
                changed.write(position, ByteBuffer.wrap(new byte[] {(byte) round, 2, 3}));
                inMemory.write(position, ByteBuffer.wrap(new byte[] {(byte) round, 2, 3}));
            }
            assertSame(changed, inMemory);
            for (var unit : units) {
                durable.put(unit.number(), unit.content());
                expected.put(unit.number(), unit.content());
            }
        }
    }

    private static void assertSame(WindowDisk state, CrashDisk inMemory) throws IOException {
        for (var range : new int[][] {{0, 20 * 512}, {100, 1000}, {512, 512}, {5120, 2048}}) {
            var found = ByteBuffer.allocate(range[1]);
            var wanted = ByteBuffer.allocate(range[1]);
            state.read(range[0], found);
            inMemory.read(range[0], wanted);
            assertThat(found.array()).isEqualTo(wanted.array());
            if (range[0] % CrashDisk.SECTOR == 0) {
                assertThat(state.fingerprint(range[0], range[1])).isEqualTo(inMemory.fingerprint(range[0], range[1]));
            }
        }
    }

    @Test
    void diskThatIgnoresFlushesBricksHosts() throws IOException {
        var report = explorer(UPDATE, UPDATE, event -> !(event instanceof DiskEvent.Flush))
                .explore(SEED);
        assertThat(report.windows()).isLessThan(3);
        assertThat(report.failures())
                .extracting(GuestReport.Failure::reason)
                .anyMatch(reason -> reason.startsWith("Bricked[reason=GPT header: "));
    }

    @Test
    void releaseThatMayNotBootThenFailsAndIsReplayed() throws IOException {
        var explorer = explorer(Phase.of("update", "1.1.0"), WAITING, event -> true);
        var report = explorer.explore(SEED);
        assertThat(report.failures())
                .isNotEmpty()
                .allMatch(failure -> failure.reason().equals("release 1.2.0 came up, not [1.1.0]"));
        var failure = report.failures().getLast();
        var replayed = explorer.replay(GuestRecipe.parse(failure.recipe().toString()));
        assertThat(replayed.failures()).containsExactly(failure);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> explorer.replay(new GuestRecipe(SEED, 99_999, 0)))
                .withMessageContaining("is not of this trace");
    }

    @Test
    void missingFallbackFailsUnlessANameChanges() throws IOException {
        var bad = Phase.of("waiting", "1.2.0", "1.1.0").withTrial("1.1.0");
        // Whatever runs, the other release is on the disk; before the update there is none but 1.0.0.
        assertThat(explorer(bad, bad, event -> true).explore(SEED).failures()).isNotEmpty();
        var renaming = explorer(bad.whileRenaming(), bad.whileRenaming(), event -> true)
                .explore(SEED);
        assertThat(renaming.failures()).isEmpty();
        assertThat(renaming.withoutFallback()).isPositive();
    }

    @Test
    void whatIsWrittenToStateMakesNoStates() throws IOException {
        var table = GptReader.read(recording.base(), SectorSize.B512).table();
        var state = table.entries().values().stream()
                .filter(entry -> entry.name().equals("STATE"))
                .findFirst()
                .orElseThrow();
        var explorer = explorer(List.of(
                mark(Phase.of("running", "1.1.0")),
                new DiskEvent.Write(Duration.ZERO, state.first().byteOffset(SectorSize.B512), new byte[4096], false)));
        var report = explorer.explore(SEED);
        assertThat(report.windows()).isZero();
        assertThat(report.distinct()).isOne();
    }

    @Test
    void visitedStateIsTheOneThatWasExplored() throws Exception {
        var explorer = explorer(UPDATE, WAITING, event -> true);
        var states = explorer.explore(SEED).closest(5);
        var visited = new HashMap<GuestRecipe, BootOutcome>();
        explorer.visit(
                states.stream().map(GuestReport.Explored::recipe).toList(),
                (recipe, disk) -> visited.put(recipe, recording.path().next(disk)));
        assertThat(visited)
                .isEqualTo(states.stream()
                        .collect(Collectors.toMap(GuestReport.Explored::recipe, GuestReport.Explored::next)));
    }

    private GuestExplorer explorer(Phase during, Phase after, Predicate<DiskEvent> kept) throws IOException {
        var events = new ArrayList<DiskEvent>();
        events.add(mark(during));
        recording.events().stream().filter(kept).forEach(events::add);
        events.add(mark(after));
        return explorer(events);
    }

    private GuestExplorer explorer(List<DiskEvent> events) throws IOException {
        var place = Files.createTempDirectory(folder, "trace");
        var base = place.resolve("base.raw");
        try (var file = FileBlockDevice.create(base, recording.base().size())) {
            BlockDevices.copy(recording.base(), file);
        }
        var trace = place.resolve("disk.trace");
        try (var writer = TraceWriter.create(trace, recording.base().size())) {
            events.forEach(writer::accept);
        }
        return new GuestExplorer(base, trace, place, recording.path(), EFFORT);
    }

    private static DiskEvent mark(Phase phase) {
        return new DiskEvent.Mark(Duration.ZERO, phase.mark());
    }
}
