package io.bascule.scenarios.crash;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.scenarios.bootpath.Fingerprinted;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A disk that shares with others what they began as, and keeps the sectors in which it differs. */
public final class CrashDisk implements Fingerprinted {
    public static final int SECTOR = 512;

    /** What a sector holds, and its part in the fingerprint: 0 if it is as it was in the beginning. */
    @SuppressWarnings("ArrayRecordComponent") // Shared by thousands of states and changed by none.
    record Sector(byte[] bytes, long print) {}

    private final BlockDevice base;
    private final Map<Long, Sector> sectors;

    /** @param base never written */
    public CrashDisk(BlockDevice base) {
        this(base, new HashMap<>());
    }

    private CrashDisk(BlockDevice base, Map<Long, Sector> sectors) {
        this.base = base;
        this.sectors = sectors;
    }

    CrashDisk copy() {
        return new CrashDisk(base, new HashMap<>(sectors));
    }

    void put(long number, Sector sector) {
        sectors.put(number, sector);
    }

    /** {@return the sector as it would be after a write} */
    Sector sector(long number, byte[] bytes) throws IOException {
        var before = new byte[SECTOR];
        base.read(number * SECTOR, ByteBuffer.wrap(before));
        if (Arrays.equals(before, bytes)) {
            return new Sector(bytes, 0);
        }
        var digest = Sha256Digest.newMessageDigest();
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
        return new Sector(bytes, ByteBuffer.wrap(digest.digest(bytes)).getLong());
    }

    @Override
    public ByteCount size() {
        return base.size();
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        var start = target.position();
        var length = target.remaining();
        var whole = target.duplicate();
        base.read(position, target);
        for (var number = position / SECTOR; number * SECTOR < position + length; number++) {
            var sector = sectors.get(number);
            if (sector != null) {
                overlay(whole, start, position, length, number, sector);
            }
        }
    }

    /** Puts the part of a sector that was asked for into a buffer in which {@code position} stands at {@code start}. */
    static void overlay(ByteBuffer whole, int start, long position, int length, long number, Sector sector) {
        var from = Math.max(position, number * SECTOR);
        var to = Math.min(position + length, (number + 1) * SECTOR);
        whole.put(start + (int) (from - position), sector.bytes(), (int) (from - number * SECTOR), (int) (to - from));
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            var number = position / SECTOR;
            var skip = (int) (position % SECTOR);
            var count = Math.min(SECTOR - skip, source.remaining());
            var bytes = new byte[SECTOR];
            read(number * SECTOR, ByteBuffer.wrap(bytes));
            source.get(bytes, skip, count);
            sectors.put(number, sector(number, bytes));
            position += count;
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public long fingerprint(long position, long length) {
        var print = 0L;
        for (var entry : sectors.entrySet()) {
            var at = entry.getKey() * SECTOR;
            if (at >= position && at < position + length) {
                print ^= entry.getValue().print();
            }
        }
        return print;
    }

    @Override
    public Object family() {
        return base;
    }
}
