package io.bascule.payload.bsdiff;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/**
 * New content, made from old content and a patch while it is read. Needs memory for three bzip2 decoders (4 MiB each) and a
 * buffer, whatever the sizes. What the patch says is not believed: places outside of the old content read as zero, as the
 * format has it, and lengths that lead outside of the new content are refused.
 */
public final class BsdiffInputStream extends InputStream {
    private static final int BUFFER = 64 << 10;

    /** Writers make one now and then, where two places explain the same bytes. */
    private static final int MAX_EMPTY = 16;

    private final BlockDevice old;
    private final long oldSize;
    private final InputStream control;
    private final InputStream difference;
    private final InputStream extra;
    private final long newSize;
    private final byte[] oldBytes = new byte[BUFFER];

    private long newAt;
    private long oldAt;
    private long differenceLeft;
    private long extraLeft;
    private long seek;
    private long triples;
    private int empty;

    /**
     * @param patch all of it
     * @param old is not closed
     * @throws MalformedFormatException if it is no patch; later reads throw it, too
     */
    public BsdiffInputStream(byte[] patch, BlockDevice old) throws MalformedFormatException {
        this.old = old;
        this.oldSize = old.size().bytes();
        if (patch.length < BsdiffFormat.HEADER_SIZE) {
            throw malformed("header", 0, patch.length + " bytes, it has " + BsdiffFormat.HEADER_SIZE);
        }
        checkMagic(patch);
        var header = ByteBuffer.wrap(patch).order(ByteOrder.LITTLE_ENDIAN);
        var room = (long) patch.length - BsdiffFormat.HEADER_SIZE;
        var controlSize = size(header, "control size", BsdiffFormat.CONTROL_SIZE, room);
        var differenceSize = size(header, "difference size", BsdiffFormat.DIFFERENCE_SIZE, room - controlSize);
        this.newSize = size(header, "new size", BsdiffFormat.NEW_SIZE, Long.MAX_VALUE);
        var at = BsdiffFormat.HEADER_SIZE;
        this.control = stream(patch, at, controlSize, "control stream");
        this.difference = stream(patch, at + controlSize, differenceSize, "difference stream");
        var extraAt = at + controlSize + differenceSize;
        this.extra = stream(patch, extraAt, patch.length - extraAt, "extra stream");
    }

    private static void checkMagic(byte[] patch) throws MalformedFormatException {
        var magic = new String(patch, 0, BsdiffFormat.MAGIC.length(), StandardCharsets.ISO_8859_1);
        if (magic.equals(BsdiffFormat.MAGIC)) {
            return;
        }
        if (!magic.startsWith(BsdiffFormat.MAGIC_2)) {
            throw malformed("magic", 0, "neither " + BsdiffFormat.MAGIC + " nor " + BsdiffFormat.MAGIC_2);
        }
        for (var i = BsdiffFormat.COMPRESSIONS; i < BsdiffFormat.MAGIC.length(); i++) {
            if (patch[i] != BsdiffFormat.BZIP2) {
                throw malformed("compression", i, patch[i] + "; only bzip2 (1) is read");
            }
        }
    }

    private static int size(ByteBuffer header, String field, int offset, long limit) throws MalformedFormatException {
        var size = BsdiffFormat.decode(header.getLong(offset));
        if (size < 0 || size > limit || size > Integer.MAX_VALUE) {
            throw malformed(field, offset, size + " bytes, at most " + Math.min(limit, Integer.MAX_VALUE));
        }
        return (int) size;
    }

    private static InputStream stream(byte[] patch, int at, int size, String name) throws MalformedFormatException {
        if (size == 0) {
            return InputStream.nullInputStream();
        }
        try {
            return new BZip2CompressorInputStream(new ByteArrayInputStream(patch, at, size), false);
        } catch (IOException | RuntimeException e) {
            throw undecodable(name, at, e);
        }
    }

    /** {@return how many bytes there are in all} */
    public long size() {
        return newSize;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        while (differenceLeft == 0 && extraLeft == 0) {
            if (newAt == newSize) {
                end();
                return -1;
            }
            nextTriple();
        }
        int count;
        if (differenceLeft > 0) {
            count = (int) Math.min(Math.min(length, BUFFER), differenceLeft);
            fill(difference, into, offset, count, "difference stream");
            addOld(into, offset, count);
            differenceLeft -= count;
        } else {
            count = (int) Math.min(length, extraLeft);
            fill(extra, into, offset, count, "extra stream");
            extraLeft -= count;
        }
        newAt += count;
        return count;
    }

    private void nextTriple() throws IOException {
        var bytes = new byte[BsdiffFormat.TRIPLE_SIZE];
        // The seek of the triple before counts from behind its bytes.
        oldAt = move(seek);
        fill(control, bytes, 0, bytes.length, "control stream");
        var triple = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        differenceLeft = length(triple, 0, newSize - newAt);
        extraLeft = length(triple, 8, newSize - newAt - differenceLeft);
        seek = BsdiffFormat.decode(triple.getLong(16));
        empty = differenceLeft == 0 && extraLeft == 0 ? empty + 1 : 0;
        if (empty > MAX_EMPTY) {
            throw malformed(
                    "control stream",
                    triples * BsdiffFormat.TRIPLE_SIZE,
                    empty + " triples in a row that make no bytes");
        }
        triples++;
    }

    private long length(ByteBuffer triple, int field, long limit) throws MalformedFormatException {
        var length = BsdiffFormat.decode(triple.getLong(field));
        if (length < 0 || length > limit) {
            throw malformed(
                    "control stream",
                    triples * BsdiffFormat.TRIPLE_SIZE + field,
                    length + " bytes, " + limit + " are left");
        }
        return length;
    }

    private long move(long by) throws MalformedFormatException {
        try {
            return Math.addExact(oldAt, by);
        } catch (ArithmeticException e) {
            var malformed = malformed(
                    "control stream", (triples - 1) * BsdiffFormat.TRIPLE_SIZE + 16, "the place overflows: " + by);
            malformed.initCause(e);
            throw malformed;
        }
    }

    /** Adds the old bytes at the place; what is outside counts as zero. */
    private void addOld(byte[] into, int offset, int count) throws IOException {
        var from = Math.clamp(oldAt, 0, oldSize);
        var to = Math.clamp(saturated(oldAt, count), from, oldSize);
        if (to > from) {
            var bytes = ByteBuffer.wrap(oldBytes, 0, (int) (to - from));
            old.read(from, bytes);
            var shift = offset + (int) (from - oldAt);
            for (var i = 0; i < (int) (to - from); i++) {
                into[shift + i] += oldBytes[i];
            }
        }
        oldAt = move(count);
    }

    private static long saturated(long at, int count) {
        return at > Long.MAX_VALUE - count ? Long.MAX_VALUE : at + count;
    }

    private static void fill(InputStream from, byte[] into, int offset, int count, String name) throws IOException {
        int found;
        try {
            found = from.readNBytes(into, offset, count);
        } catch (IOException | RuntimeException e) {
            // The bzip2 decoder leaves some checks of its tables to the array bounds.
            throw undecodable(name, 0, e);
        }
        if (found < count) {
            throw malformed(name, 0, "it ends too early");
        }
    }

    /** Going on to their ends also makes the decoders compare their checksums. */
    private void end() throws IOException {
        atEnd(control, "control stream");
        atEnd(difference, "difference stream");
        atEnd(extra, "extra stream");
    }

    private static void atEnd(InputStream stream, String name) throws MalformedFormatException {
        try {
            if (stream.read() < 0) {
                return;
            }
        } catch (IOException | RuntimeException e) {
            throw undecodable(name, 0, e);
        }
        throw malformed(name, 0, "it has more than the new content needs");
    }

    private static MalformedFormatException undecodable(String name, long at, Exception cause) {
        var malformed = malformed(name, at, "it cannot be decoded: " + cause.getMessage());
        malformed.initCause(cause);
        return malformed;
    }

    private static MalformedFormatException malformed(String field, long offset, String problem) {
        return new MalformedFormatException(BsdiffFormat.NAME, field, offset, problem);
    }
}
