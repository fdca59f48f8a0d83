package io.bascule.scenarios.crash;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.scenarios.bootpath.Fingerprinted;
import io.bascule.scenarios.crash.CrashDisk.Sector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** What was flushed of a large disk, as a file that changes while a recording is read. */
final class DurableDisk implements Fingerprinted {
    private final CrashDisk original;
    private final BlockDevice now;
    private final Map<Long, Long> prints = new HashMap<>();
    private final Map<Range, Long> sums = new HashMap<>();

    /** A range of bytes. */
    record Range(long position, long length) {}

    /**
     * @param base as the disk was in the beginning, never written
     * @param now a copy of it, into which goes what is flushed
     */
    DurableDisk(BlockDevice base, BlockDevice now) {
        this.original = new CrashDisk(base);
        this.now = now;
    }

    /** {@return the sector as it would be after a write} Its print is 0 if it is as it was in the beginning. */
    Sector sector(long number, byte[] bytes) throws IOException {
        return original.sector(number, bytes);
    }

    /** {@return the print of a sector as it is now} */
    long print(long number) {
        return prints.getOrDefault(number, 0L);
    }

    void put(long number, Sector sector) throws IOException {
        now.write(number * CrashDisk.SECTOR, ByteBuffer.wrap(sector.bytes()));
        prints.put(number, sector.print());
        sums.clear();
    }

    @Override
    public ByteCount size() {
        return now.size();
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        now.read(position, target);
    }

    /** @throws UnsupportedOperationException always: it holds what was flushed, and nothing else */
    @Override
    public void write(long position, ByteBuffer source) {
        throw new UnsupportedOperationException("states are written, not what they have in common");
    }

    @Override
    public void flush() {}

    @Override
    public void close() throws IOException {
        now.close();
    }

    @Override
    public long fingerprint(long position, long length) {
        return sums.computeIfAbsent(new Range(position, length), range -> {
            var print = 0L;
            for (var entry : prints.entrySet()) {
                var at = entry.getKey() * CrashDisk.SECTOR;
                if (at >= position && at < position + length) {
                    print ^= entry.getValue();
                }
            }
            return print;
        });
    }

    @Override
    public Object family() {
        return original;
    }
}
