package io.bascule.scenarios.crash;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.scenarios.bootpath.Fingerprinted;
import io.bascule.scenarios.crash.CrashDisk.Sector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A state of a large disk: what was flushed, over it what is there of a window, over that what was written since. A window of
 * hundreds of thousands of sectors is shared by all of its states; valid until something is flushed.
 */
final class WindowDisk implements Fingerprinted {
    private final DurableDisk durable;
    private final Index window;
    private final BitSet choice;
    private final Map<DurableDisk.Range, Long> sums;
    private final Map<Long, Sector> own;

    /** The units of a window by their sectors: arrays, because whoever asks for all of them asks hundreds of times. */
    static final class Index {
        private final List<Unit> units;
        private final long[] numbers;
        /** For each of the numbers its units, the first write first. */
        private final int[][] versions;

        private Index(List<Unit> units, long[] numbers, int[][] versions) {
            this.units = units;
            this.numbers = numbers;
            this.versions = versions;
        }

        static Index of(List<Unit> units) {
            var sorted = IntStream.range(0, units.size())
                    .boxed()
                    .sorted(Comparator.comparingLong(i -> units.get(i).number())) // Stable.
                    .mapToInt(Integer::intValue)
                    .toArray();
            var numbers =
                    units.stream().mapToLong(Unit::number).sorted().distinct().toArray();
            var versions = new int[numbers.length][];
            var from = 0;
            for (var sector = 0; sector < numbers.length; sector++) {
                var to = from;
                while (to < sorted.length && units.get(sorted[to]).number() == numbers[sector]) {
                    to++;
                }
                versions[sector] = Arrays.copyOfRange(sorted, from, to);
                from = to;
            }
            return new Index(units, numbers, versions);
        }

        /** {@return the index of the first sector that is not before a byte} */
        int first(long position) {
            var found = Arrays.binarySearch(numbers, position / CrashDisk.SECTOR);
            return found < 0 ? -found - 1 : found;
        }

        /** {@return the index behind the last sector before a byte} */
        int end(long position) {
            return first(Math.ceilDiv(position, (long) CrashDisk.SECTOR) * CrashDisk.SECTOR);
        }

        /** {@return what a choice has of a sector, if anything} */
        @Nullable
        Sector chosen(int sector, BitSet choice) {
            for (var i = versions[sector].length - 1; i >= 0; i--) {
                if (choice.get(versions[sector][i])) {
                    return units.get(versions[sector][i]).content();
                }
            }
            return null;
        }
    }

    WindowDisk(DurableDisk durable, Index window, BitSet choice) {
        this(durable, window, choice, new HashMap<>(), new HashMap<>());
    }

    private WindowDisk(
            DurableDisk durable,
            Index window,
            BitSet choice,
            Map<DurableDisk.Range, Long> sums,
            Map<Long, Sector> own) {
        this.durable = durable;
        this.window = window;
        this.choice = choice;
        this.sums = sums;
        this.own = own;
    }

    WindowDisk copy() {
        return new WindowDisk(durable, window, choice, sums, new HashMap<>(own));
    }

    @Override
    public ByteCount size() {
        return durable.size();
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        var start = target.position();
        var length = target.remaining();
        var whole = target.duplicate();
        durable.read(position, target);
        var end = window.end(position + length);
        for (var i = window.first(position); i < end; i++) {
            var sector = window.chosen(i, choice);
            if (sector != null) {
                CrashDisk.overlay(whole, start, position, length, window.numbers[i], sector);
            }
        }
        for (var number = position / CrashDisk.SECTOR; number * CrashDisk.SECTOR < position + length; number++) {
            var sector = own.get(number);
            if (sector != null) {
                CrashDisk.overlay(whole, start, position, length, number, sector);
            }
        }
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            var number = position / CrashDisk.SECTOR;
            var skip = (int) (position % CrashDisk.SECTOR);
            var count = Math.min(CrashDisk.SECTOR - skip, source.remaining());
            var bytes = new byte[CrashDisk.SECTOR];
            read(number * CrashDisk.SECTOR, ByteBuffer.wrap(bytes));
            source.get(bytes, skip, count);
            own.put(number, durable.sector(number, bytes));
            position += count;
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public long fingerprint(long position, long length) {
        var print = sums.computeIfAbsent(new DurableDisk.Range(position, length), range -> {
            var sum = durable.fingerprint(position, length);
            var end = window.end(position + length);
            for (var i = window.first(position); i < end; i++) {
                var sector = window.chosen(i, choice);
                if (sector != null) {
                    sum ^= durable.print(window.numbers[i]) ^ sector.print();
                }
            }
            return sum;
        });
        for (var entry : own.entrySet()) {
            var at = entry.getKey() * CrashDisk.SECTOR;
            if (at >= position && at < position + length) {
                print ^= below(entry.getKey()) ^ entry.getValue().print();
            }
        }
        return print;
    }

    /** {@return the print of a sector without what was written to this state} */
    private long below(long number) {
        var at = window.first(number * CrashDisk.SECTOR);
        var sector = at < window.numbers.length && window.numbers[at] == number ? window.chosen(at, choice) : null;
        return sector == null ? durable.print(number) : sector.print();
    }

    @Override
    public Object family() {
        return durable.family();
    }
}
