package io.bascule.qemuharness.faultdisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.qemuharness.trace.DiskEvent;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FaultDiskTest {
    private static final int MIB = 1 << 20;

    private final List<DiskEvent> events = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong(1000);
    private final MemoryBlockDevice base = new MemoryBlockDevice(3 * MIB);
    private final FaultDisk disk = new FaultDisk(base, events::add, ByteCount.ofMiB(1), clock::get);

    @Test
    void holdsWritesUntilTheFlush() throws Exception {
        Sectors.write(disk, 1, 2, 0x11);
        Sectors.write(disk, 2, 1, 0x22);

        assertThat(Sectors.values(disk, 0, 4)).containsExactly(0, 0x11, 0x22, 0);
        assertThat(Sectors.values(base, 0, 4)).containsExactly(0, 0, 0, 0);

        disk.flush();

        assertThat(Sectors.values(base, 0, 4)).containsExactly(0, 0x11, 0x22, 0);
    }

    @Test
    void durableWriteReachesTheBaseAndNothingElseDoes() throws Exception {
        Sectors.write(disk, 0, 4, 0x11);
        disk.write(512, Sectors.of(2, 0x22), true);

        assertThat(Sectors.values(base, 0, 4)).containsExactly(0, 0x22, 0x22, 0);
        assertThat(Sectors.values(disk, 0, 4)).containsExactly(0x11, 0x22, 0x22, 0x11);

        disk.flush();

        assertThat(Sectors.values(base, 0, 4)).containsExactly(0x11, 0x22, 0x22, 0x11);
    }

    @Test
    void zeroesAndDiscards() throws Exception {
        Sectors.write(disk, 0, 4, 0x11);
        disk.flush();
        disk.zero(512, new ByteCount(512), false);
        disk.trim(1024, new ByteCount(512), true);

        assertThat(Sectors.values(disk, 0, 4)).containsExactly(0x11, 0, 0, 0x11);
        assertThat(Sectors.values(base, 0, 4)).containsExactly(0x11, 0x11, 0, 0x11);
    }

    @Test
    void doesNotWriteZerosWhereThereAreNone() throws Exception {
        var written = new ArrayList<Long>();
        var counting = new CountingDevice(64 * MIB, written);
        try (var large = new FaultDisk(counting, event -> {})) {
            Sectors.write(large, 2048, 1, 0x11);
            large.flush();
            written.clear();
            large.zero(0, ByteCount.ofMiB(64), false);
            large.flush();

            assertThat(written).containsExactly((long) MIB);
            assertThat(Sectors.values(large, 2048, 1)).containsExactly(0);
        }
    }

    @Test
    void tellsOfEverythingInOrderAndWithTimes() throws Exception {
        clock.set(1007);
        disk.mark("begin");
        disk.write(512, Sectors.of(1, 0x11), true);
        clock.set(1009);
        disk.zero(0, new ByteCount(1024), false);
        disk.flush();

        assertThat(events)
                .usingRecursiveComparison()
                .isEqualTo(List.of(
                        new DiskEvent.Mark(Duration.ofNanos(7), "begin"),
                        new DiskEvent.Write(
                                Duration.ofNanos(7), 512, Sectors.of(1, 0x11).array(), true),
                        new DiskEvent.Zeros(Duration.ofNanos(9), 0, new ByteCount(1024), false),
                        new DiskEvent.Flush(Duration.ofNanos(9))));
    }

    @Test
    void completesWritesOfLessThanASector() throws Exception {
        Sectors.write(disk, 0, 2, 0x11);
        disk.write(500, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}));

        var expected = Sectors.of(2, 0x11).array();
        for (var i = 0; i < 14; i++) {
            expected[500 + i] = (byte) (i + 1);
        }
        assertThat(events.getLast())
                .usingRecursiveComparison()
                .isEqualTo(new DiskEvent.Write(Duration.ZERO, 0, expected, false));
        var found = new byte[1024];
        disk.read(0, ByteBuffer.wrap(found));
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void takesLongWritesInParts() throws Exception {
        var parts = new ArrayList<DiskEvent>();
        try (var large = new FaultDisk(new MemoryBlockDevice(70 * MIB), parts::add)) {
            large.write(100, ByteBuffer.allocate(65 * MIB).put(0, (byte) 5));

            assertThat(parts).hasSize(3).allSatisfy(part -> assertThat(part).isInstanceOf(DiskEvent.Write.class));
            assertThat(parts)
                    .extracting(part -> ((DiskEvent.Write) part).position())
                    .containsExactly(0L, 32L * MIB, 64L * MIB);
        }
    }

    @Test
    void refusesWhatIsBeyondItsEnd() {
        assertThatThrownBy(() -> Sectors.write(disk, 3 * MIB / 512 - 1, 2, 1))
                .isInstanceOf(EOFException.class)
                .hasMessage("1024 bytes at 3145216 are beyond the end of the disk at 3145728");
        assertThatThrownBy(() -> disk.read(-1, ByteBuffer.allocate(1))).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> disk.zero(512, ByteCount.ofMiB(3), false)).isInstanceOf(EOFException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> disk.zero(1, new ByteCount(512), false));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FaultDisk(new MemoryBlockDevice(513), event -> {}).close());
        assertThat(events).isEmpty();
    }

    @Test
    void boundsWhatItHolds() throws Exception {
        Sectors.write(disk, 0, MIB / 512 - 1, 1);

        assertThatThrownBy(() -> Sectors.write(disk, 2048, 1, 2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("at most 1.0 MiB: flush earlier");
        assertThat(events).hasSize(1);

        disk.flush();
        Sectors.write(disk, 2048, 1, 2);
        assertThat(Sectors.values(disk, 2047, 2)).containsExactly(0, 2);
    }

    @Test
    void closingIsNoPowerCut() throws Exception {
        Sectors.write(disk, 0, 1, 0x11);
        disk.close();

        assertThat(Sectors.values(base, 0, 1)).containsExactly(0x11);
        assertThatThrownBy(() -> Sectors.values(disk, 0, 1)).hasMessage("the disk has no power");
    }

    @Test
    void servesManyThreadsAtOnce() throws Exception {
        var tasks = new ArrayList<Callable<Void>>();
        for (var thread = 0; thread < 4; thread++) {
            var first = thread * 1500L;
            tasks.add(() -> {
                for (var i = 0; i < 300; i++) {
                    Sectors.write(disk, first + i, 1, i % 100 + 1);
                    if (i % 50 == 0) {
                        disk.flush();
                    }
                }
                return null;
            });
        }
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var done : threads.invokeAll(tasks)) {
                done.get();
            }
        }
        disk.flush();

        for (var thread = 0; thread < 4; thread++) {
            var values = Sectors.values(base, thread * 1500L, 300);
            for (var i = 0; i < 300; i++) {
                assertThat(values[i]).isEqualTo(i % 100 + 1);
            }
        }
        assertThat(events).hasSize(4 * 306 + 1);
    }

    /** A base that notes where it is written. */
    private record CountingDevice(MemoryBlockDevice memory, List<Long> written) implements BlockDevice {
        CountingDevice(int size, List<Long> written) {
            this(new MemoryBlockDevice(size), written);
        }

        @Override
        public ByteCount size() {
            return memory.size();
        }

        @Override
        public void read(long position, ByteBuffer target) throws IOException {
            memory.read(position, target);
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            written.add(position);
            memory.write(position, source);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void agreesWithASimpleDisk() throws Exception {
        for (var seed = 1; seed <= 20; seed++) {
            var random = new Random(seed);
            var bytes = new byte[2 * MIB + 4096];
            var told = new ArrayList<DiskEvent>();
            var tested = new FaultDisk(new MemoryBlockDevice(bytes), told::add);
            var now = new byte[bytes.length];
            var durable = new byte[bytes.length];
            for (var step = 0; step < 300; step++) {
                var sector = random.nextInt(bytes.length / 512);
                // Around the borders of windows more often than elsewhere.
                if (random.nextBoolean()) {
                    sector = Math.min(bytes.length / 512 - 1, 2048 * (1 + random.nextInt(2)) - random.nextInt(4));
                }
                var length = 512 * Math.min(1 + random.nextInt(8), bytes.length / 512 - sector);
                var at = sector * 512;
                var data = new byte[length];
                var isDurable = random.nextInt(4) == 0;
                switch (random.nextInt(5)) {
                    case 0 -> tested.zero(at, new ByteCount(length), isDurable);
                    case 1 -> {
                        tested.flush();
                        System.arraycopy(now, 0, durable, 0, now.length);
                        continue;
                    }
                    default -> {
                        random.nextBytes(data);
                        tested.write(at, ByteBuffer.wrap(data.clone()), isDurable);
                    }
                }
                System.arraycopy(data, 0, now, at, length);
                if (isDurable) {
                    System.arraycopy(data, 0, durable, at, length);
                }
                assertThat(Arrays.equals(bytes, durable))
                        .as("seed %d, step %d", seed, step)
                        .isTrue();
            }
            var seen = ByteBuffer.allocate(bytes.length);
            tested.read(0, seen);
            assertThat(Arrays.equals(seen.array(), now)).as("seed %d", seed).isTrue();

            var loss = tested.cutPower(new CutPolicy.DropAll());

            assertThat(Arrays.equals(bytes, durable)).as("seed %d", seed).isTrue();
            assertThat(loss.lostSectors()).isEqualTo(differing(now, durable));
        }
    }

    private static long differing(byte[] one, byte[] other) {
        var count = 0L;
        for (var at = 0; at < one.length; at += 512) {
            count += Arrays.equals(one, at, at + 512, other, at, at + 512) ? 0 : 1;
        }
        return count;
    }
}
