package io.bascule.scenarios.soak;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * A disk on a file that can end whatever works on it: by a power cut, after which of each sector that was not flushed any
 * of its contents since the last flush may be there; or as a process is killed, which loses nothing that was written.
 */
final class LossyDisk implements BlockDevice {
    private static final int SECTOR = 512;

    private final BlockDevice file;
    private final LongPredicate mounted;
    private final Map<Long, List<byte[]>> unflushed = new TreeMap<>();
    private Kind kind = Kind.NONE;
    private long endsAt = Long.MAX_VALUE;
    private long operations;
    private boolean ended;

    /** How the work on a disk ends. */
    enum Kind {
        NONE,
        POWER_CUT,
        KILL
    }

    /** The end of whatever works: nothing may catch it. */
    static final class End extends Error {
        private static final long serialVersionUID = 1;

        private End(Kind kind, String before) {
            super(kind + " before " + before);
        }
    }

    /** @param mounted which positions belong to a file system of the kernel, whose changes a killed process does not tear */
    LossyDisk(BlockDevice file, LongPredicate mounted) {
        this.file = file;
        this.mounted = mounted;
    }

    /** Counts from 0 again, and ends everything before operation {@code number}. */
    void endAt(Kind how, long number) {
        kind = how;
        operations = 0;
        endsAt = how == Kind.NONE ? Long.MAX_VALUE : number;
        ended = false;
    }

    /** {@return the operations since the last {@link #endAt}} */
    long operations() {
        return operations;
    }

    /** The power is back. {@return how many sectors could have been lost} */
    int powerOn(Random random) throws IOException {
        var all = random.nextInt(3);
        var lost = unflushed.size();
        for (var sector : unflushed.entrySet()) {
            var list = sector.getValue();
            var index = switch (all) {
                case 0 -> 0;
                case 1 -> list.size() - 1;
                default -> random.nextInt(list.size());
            };
            file.write(sector.getKey() * SECTOR, ByteBuffer.wrap(list.get(index)));
        }
        unflushed.clear();
        endAt(Kind.NONE, 0);
        return lost;
    }

    /** The engine says what it does: between two of those lines lies each save of its state. */
    void mark(String text) {
        next(text, true);
    }

    private void next(String what, boolean killable) {
        if (ended || (operations >= endsAt && (kind == Kind.POWER_CUT || killable))) {
            ended = true;
            throw new End(kind, what);
        }
        operations++;
    }

    @Override
    public ByteCount size() {
        return file.size();
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        file.read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        next("a write at " + position, !mounted.test(position));
        var bytes = source.duplicate();
        for (var at = position / SECTOR * SECTOR; at < position + source.remaining(); at += SECTOR) {
            var before = new byte[SECTOR];
            file.read(at, ByteBuffer.wrap(before));
            var after = before.clone();
            var from = Math.max(at, position);
            bytes.get(after, (int) (from - at), (int) (Math.min(at + SECTOR, position + source.remaining()) - from));
            unflushed
                    .computeIfAbsent(at / SECTOR, number -> new ArrayList<>(List.of(before)))
                    .add(after);
        }
        file.write(position, source);
    }

    @Override
    public void flush() {
        next("a flush", false);
        unflushed.clear();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
