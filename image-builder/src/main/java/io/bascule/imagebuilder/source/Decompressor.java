package io.bascule.imagebuilder.source;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What is in a file that may be compressed. Broken ones end in a {@link MalformedFormatException}, and so do those that
 * unpack to absurdly much; what the disk below says is passed on as it is.
 */
public final class Decompressor extends InputStream {
    /** Below this nobody is hurt, and a few files of zeros are nothing to talk about. */
    private static final long SUSPICIOUS_FROM = 256L << 20;

    /** What gzip reaches at most; others reach more, but not with files of an operating system. */
    private static final int MAX_RATIO = 1000;

    private static final int BUFFER = 1 << 16;
    private static final String PLAIN = "file";

    private final Counted source;
    private final InputStream decoded;
    private final String format;
    private final UnpackBudget budget;
    private long position;

    private Decompressor(Counted source, InputStream decoded, String format, UnpackBudget budget) {
        this.source = source;
        this.decoded = decoded;
        this.format = format;
        this.budget = budget;
    }

    /**
     * Opens a file of any kind in {@link Compressed}, or one that is not compressed.
     *
     * @param budget pays for every byte that comes out
     * @throws MalformedFormatException if it begins like a compressed file but is none
     */
    public static Decompressor open(InputStream in, UnpackBudget budget) throws IOException {
        var source = new Counted(in);
        var buffered = new BufferedInputStream(source, BUFFER);
        buffered.mark(Compressed.MAGIC_LENGTH);
        var start = buffered.readNBytes(Compressed.MAGIC_LENGTH);
        buffered.reset();
        var kind = Compressed.of(start);
        if (kind.isEmpty()) {
            return new Decompressor(source, buffered, PLAIN, budget);
        }
        var format = kind.get().format();
        try {
            return new Decompressor(source, kind.get().decode(buffered), format, budget);
        } catch (IOException | RuntimeException e) {
            throw broken(source, format, 0, e);
        }
    }

    /** {@return whether there is anything to unpack; else the bytes are given as they are} */
    public boolean isCompressed() {
        return !format.equals(PLAIN);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count;
        try {
            count = decoded.read(bytes, offset, length);
        } catch (IOException | RuntimeException e) {
            throw broken(source, format, position, e);
        }
        if (count > 0) {
            budget.spendBytes(count, format, position);
            position += count;
            if (position > SUSPICIOUS_FROM && position / MAX_RATIO > source.count) {
                throw new MalformedFormatException(
                        format,
                        "contents",
                        position,
                        "unpacks to more than " + MAX_RATIO + " times its size: " + new ByteCount(position) + " out of "
                                + new ByteCount(source.count) + " so far; no operating system is packed like that");
            }
        }
        return count;
    }

    /** Reads what is left, so that checksums at the end are looked at, too. */
    public void drain() throws IOException {
        var buffer = new byte[BUFFER];
        while (read(buffer, 0, buffer.length) >= 0) {
            // Only the end counts.
        }
    }

    @Override
    public void close() throws IOException {
        decoded.close();
    }

    private static IOException broken(Counted source, String format, long position, Exception problem) {
        var failure = source.failure;
        if (failure != null) {
            return failure;
        }
        var malformed = new MalformedFormatException(
                format,
                "data",
                source.count,
                "broken after " + position + " unpacked bytes: "
                        + (problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage()));
        malformed.initCause(problem);
        return malformed;
    }

    /** Tells a broken disk from a broken file: decoders throw the same for both. */
    private static final class Counted extends FilterInputStream {
        private long count;
        private @Nullable IOException failure;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                var read = in.read(bytes, offset, length);
                count += Math.max(read, 0);
                return read;
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
