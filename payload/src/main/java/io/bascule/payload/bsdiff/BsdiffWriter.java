package io.bascule.payload.bsdiff;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;

/**
 * Makes patches: Colin Percival, "Naive differences of executable code" (2003). Where the new content goes on as some place
 * of the old one does, give or take a few bytes, their difference is nearly all zeros and compresses to almost nothing.
 * Equal inputs give equal patches.
 */
public final class BsdiffWriter {
    /** A place is worth going to if it fits so many bytes better than going on. */
    private static final int WORTH = 8;

    private static final int SAMPLES = 64;

    /** In bytes; so much is not the same by chance. */
    private static final int SAMPLE_MATCH = 16;

    private final byte[] old;
    private final int[] suffixes;

    /** @param old the old content; more than one patch can be made from it. Takes 13 bytes of heap for each of its bytes */
    public BsdiffWriter(byte[] old) {
        this.old = old.clone();
        this.suffixes = SuffixArray.of(old);
    }

    /** {@return a patch in the format BSDIFF40 that makes {@code changed} of the old content} */
    public byte[] patch(byte[] changed) throws IOException {
        return new Comparison(changed).patch();
    }

    /**
     * {@return whether the old content has something of {@code changed}} A patch of what has nothing in common takes long
     * and is none; it is asked at a few dozen places.
     */
    public boolean mayHelp(byte[] changed) {
        var step = Math.max(1, changed.length / SAMPLES);
        for (var at = 0; at < changed.length; at += step) {
            if (longest(changed, at).length() >= SAMPLE_MATCH) {
                return true;
            }
        }
        return false;
    }

    /** A place in the old content and how many bytes from there on are the same. */
    private record Match(int at, int length) {}

    /** {@return where the old content has the most bytes of the new one from {@code from} on} */
    private Match longest(byte[] changed, int from) {
        var low = 0;
        var high = suffixes.length - 1;
        var best = new Match(0, 0);
        while (low <= high) {
            var middle = (low + high) >>> 1;
            var at = suffixes[middle];
            var length = commonLength(at, changed, from);
            if (length > best.length()) {
                best = new Match(at, length);
            }
            if (isBefore(at + length, changed, from + length)) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return best;
    }

    private int commonLength(int at, byte[] changed, int from) {
        var most = Math.min(old.length - at, changed.length - from);
        var mismatch = Arrays.mismatch(old, at, at + most, changed, from, from + most);
        return mismatch < 0 ? most : mismatch;
    }

    /** {@return whether the suffix whose first other byte is at {@code at} comes before what is searched} */
    private boolean isBefore(int at, byte[] changed, int from) {
        return from < changed.length && (at == old.length || (old[at] & 0xFF) < (changed[from] & 0xFF));
    }

    private final class Comparison {
        private final byte[] changed;
        private final Stream control = new Stream();
        private final Stream difference = new Stream();
        private final Stream extra = new Stream();

        /** Up to where everything has been said, and the place in the old content that belongs to it. */
        private int saidTo;

        private int saidFrom;

        Comparison(byte[] changed) throws IOException {
            this.changed = changed;
        }

        byte[] patch() throws IOException {
            var scan = 0;
            var match = new Match(0, 0);
            var shift = 0;
            while (scan < changed.length) {
                scan += match.length();
                var counted = scan;
                var same = 0;
                for (; scan < changed.length; scan++) {
                    match = longest(changed, scan);
                    for (; counted < scan + match.length(); counted++) {
                        same += isSame(counted, shift) ? 1 : 0;
                    }
                    if ((match.length() == same && same != 0) || match.length() > same + WORTH) {
                        break;
                    }
                    same -= isSame(scan, shift) ? 1 : 0;
                }
                if (match.length() != same || scan == changed.length) {
                    say(scan, match.at());
                    shift = match.at() - scan;
                }
            }
            return assemble();
        }

        private boolean isSame(int at, int shift) {
            var oldAt = at + shift;
            return oldAt >= 0 && oldAt < old.length && old[oldAt] == changed[at];
        }

        /** Says what comes before {@code scan}, from where the content goes on as the old one at {@code place}. */
        private void say(int scan, int place) throws IOException {
            var forward = forward(scan);
            var backward = scan < changed.length ? backward(scan, place) : 0;
            var overlap = saidTo + forward - (scan - backward);
            if (overlap > 0) {
                var kept = split(overlap, saidTo + forward - overlap, saidFrom + forward - overlap, place - backward);
                forward += kept - overlap;
                backward -= kept;
            }
            for (var i = 0; i < forward; i++) {
                difference.out.write(changed[saidTo + i] - old[saidFrom + i]);
            }
            var extraFrom = saidTo + forward;
            var extraTo = scan - backward;
            extra.out.write(changed, extraFrom, extraTo - extraFrom);
            control.number(forward);
            control.number(extraTo - extraFrom);
            control.number((long) place - backward - (saidFrom + forward));
            saidTo = extraTo;
            saidFrom = place - backward;
        }

        /** {@return how far going on from the place before is mostly right} */
        private int forward(int scan) {
            var best = 0;
            var bestScore = 0;
            var same = 0;
            for (var i = 0; saidTo + i < scan && saidFrom + i < old.length; ) {
                if (old[saidFrom + i] == changed[saidTo + i]) {
                    same++;
                }
                i++;
                if (2 * same - i > bestScore) {
                    bestScore = 2 * same - i;
                    best = i;
                }
            }
            return best;
        }

        /** {@return how far back the place ahead is mostly right} */
        private int backward(int scan, int place) {
            var best = 0;
            var bestScore = 0;
            var same = 0;
            for (var i = 1; scan - i >= saidTo && i <= place; i++) {
                if (old[place - i] == changed[scan - i]) {
                    same++;
                }
                if (2 * same - i > bestScore) {
                    bestScore = 2 * same - i;
                    best = i;
                }
            }
            return best;
        }

        /** {@return how many of the bytes that both places explain are better explained by the one before} */
        private int split(int overlap, int at, int before, int ahead) {
            var best = 0;
            var bestScore = 0;
            var score = 0;
            for (var i = 0; i < overlap; i++) {
                if (changed[at + i] == old[before + i]) {
                    score++;
                }
                if (changed[at + i] == old[ahead + i]) {
                    score--;
                }
                if (score > bestScore) {
                    bestScore = score;
                    best = i + 1;
                }
            }
            return best;
        }

        private byte[] assemble() throws IOException {
            var controlBytes = control.compressed();
            var differenceBytes = difference.compressed();
            var extraBytes = extra.compressed();
            return ByteBuffer.allocate(
                            BsdiffFormat.HEADER_SIZE + controlBytes.length + differenceBytes.length + extraBytes.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(BsdiffFormat.MAGIC.getBytes(StandardCharsets.US_ASCII))
                    .putLong(controlBytes.length)
                    .putLong(differenceBytes.length)
                    .putLong(changed.length)
                    .put(controlBytes)
                    .put(differenceBytes)
                    .put(extraBytes)
                    .array();
        }
    }

    /** One of the three. */
    private static final class Stream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final OutputStream out;

        Stream() throws IOException {
            out = new BZip2CompressorOutputStream(bytes);
        }

        void number(long number) throws IOException {
            out.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(BsdiffFormat.encode(number))
                    .array());
        }

        byte[] compressed() throws IOException {
            out.close();
            return bytes.toByteArray();
        }
    }
}
