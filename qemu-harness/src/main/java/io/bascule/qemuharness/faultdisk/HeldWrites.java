package io.bascule.qemuharness.faultdisk;

import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The writes that a disk has answered and not made durable, in the order in which they came. Not safe for threads.
 *
 * <p>They are cut into pieces at the borders of windows of the disk, so that a read looks at few of them.
 */
final class HeldWrites {
    /** In bytes. */
    static final int WINDOW = 1 << 20;

    /** What a piece takes beside its data, roughly. */
    private static final long PIECE_COST = 64;

    /** How much of a range is compared, and written if it is not zero, at once; small enough to keep files sparse. */
    private static final int ZERO_UNIT = 1 << 16;

    private static final byte[] ZEROS = new byte[WINDOW];

    private final NavigableMap<Long, List<Piece>> windows = new TreeMap<>();
    private long count;
    private long cost;

    /**
     * A write as it came.
     *
     * @param order 0 for the first one since the last flush
     * @param data null for zeros
     */
    @SuppressWarnings("ArrayRecordComponent") // Compared by nobody, changed by nobody.
    record Write(long order, long position, long length, byte @Nullable [] data) {}

    /** A part of a write that lies within one window. */
    record Piece(Write write, long position, int length) {
        long end() {
            return position + length;
        }

        /**
         * Copies what this has of a range.
         *
         * @param from the first byte of the range, which stands at {@code index} of {@code target}
         */
        void copyTo(ByteBuffer target, int index, long from, long to) {
            var start = Math.max(from, position);
            var length = (int) (Math.min(to, end()) - start);
            if (length <= 0) {
                return;
            }
            var at = index + (int) (start - from);
            if (write.data() == null) {
                target.put(at, ZEROS, 0, length);
            } else {
                target.put(at, write.data(), (int) (start - write.position()), length);
            }
        }

        private Piece part(long from, long to) {
            return new Piece(write, from, (int) (to - from));
        }

        private long cost() {
            return PIECE_COST + (write.data() == null ? 0 : length);
        }
    }

    /** {@return about how many bytes of memory all of this takes} */
    long cost() {
        return cost;
    }

    /** {@return about how many more it would take with another write} */
    static long costOf(long length, boolean hasData) {
        return (length / WINDOW + 2) * PIECE_COST + (hasData ? length : 0);
    }

    /** {@return how many writes came since the last flush} */
    long count() {
        return count;
    }

    /** {@return the pieces by the number of their window, in the order in which they came} */
    NavigableMap<Long, List<Piece>> windows() {
        return Collections.unmodifiableNavigableMap(windows);
    }

    /** @param data never changed again; null for zeros */
    void add(long position, long length, byte @Nullable [] data) {
        var write = new Write(count++, position, length, data);
        for (var at = position; at < position + length; ) {
            var window = at / WINDOW;
            var end = Math.min(position + length, (window + 1) * WINDOW);
            var piece = new Piece(write, at, (int) (end - at));
            windows.computeIfAbsent(window, key -> new ArrayList<>()).add(piece);
            cost += piece.cost();
            at = end;
        }
    }

    /** Copies what is held of {@code length} bytes from {@code position} over what stands at {@code index} of a buffer. */
    void overlay(long position, int length, ByteBuffer target, int index) {
        for (var pieces : touched(position, length).values()) {
            for (var piece : pieces) {
                piece.copyTo(target, index, position, position + length);
            }
        }
    }

    /** Drops all versions of a range: it has become durable in another way. */
    void forget(long position, long length) {
        var end = position + length;
        var emptied = new ArrayList<Long>();
        for (var window : touched(position, length).entrySet()) {
            var left = new ArrayList<Piece>();
            for (var piece : window.getValue()) {
                cost -= piece.cost();
                if (piece.end() <= position || piece.position() >= end) {
                    left.add(piece);
                    continue;
                }
                if (piece.position() < position) {
                    left.add(piece.part(piece.position(), position));
                }
                if (piece.end() > end) {
                    left.add(piece.part(end, piece.end()));
                }
            }
            left.forEach(piece -> cost += piece.cost());
            window.setValue(left);
            if (left.isEmpty()) {
                emptied.add(window.getKey());
            }
        }
        emptied.forEach(windows::remove);
    }

    private NavigableMap<Long, List<Piece>> touched(long position, long length) {
        return windows.subMap(position / WINDOW, true, Math.ceilDiv(position + length, (long) WINDOW), false);
    }

    void writeTo(BlockDevice base) throws IOException {
        for (var pieces : windows.values()) {
            for (var piece : pieces) {
                if (piece.write().data() == null) {
                    zero(base, piece.position(), piece.length());
                } else {
                    var buffer = ByteBuffer.allocate(piece.length());
                    piece.copyTo(buffer, 0, piece.position(), piece.end());
                    base.write(piece.position(), buffer);
                }
            }
        }
    }

    /** Writes zeros where there are none yet, so that a sparse file stays one. */
    static void zero(BlockDevice base, long position, long length) throws IOException {
        var found = ByteBuffer.allocate(ZERO_UNIT);
        for (var at = position; at < position + length; at += found.limit()) {
            found.clear().limit((int) Math.min(ZERO_UNIT, position + length - at));
            base.read(at, found);
            var zeros = ByteBuffer.wrap(ZEROS, 0, found.limit());
            if (!found.flip().equals(zeros)) {
                base.write(at, zeros);
            }
        }
    }

    void clear() {
        windows.clear();
        count = 0;
        cost = 0;
    }
}
