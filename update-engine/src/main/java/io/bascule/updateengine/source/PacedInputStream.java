package io.bascule.updateengine.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Ends a download that never would: each byte that comes in time passes for life, so a server that sends one a minute would
 * keep the engine, and its lock, for years. Only time spent waiting for bytes counts.
 */
final class PacedInputStream extends FilterInputStream {
    /** Longer than all attempts to connect again take together. */
    static final Duration PERIOD = Duration.ofMinutes(10);

    /** In each period; a tenth of what the slowest mobile networks carry. */
    static final int LEAST_BYTES = 64 << 10;

    private final LongSupplier nanoTime;
    private final Function<IOException, IOException> failure;
    private long waited;
    private long received;

    /**
     * @param nanoTime like {@link System#nanoTime}
     * @param failure makes the exception to be thrown when it is too slow
     */
    PacedInputStream(InputStream in, LongSupplier nanoTime, Function<IOException, IOException> failure) {
        super(in);
        this.nanoTime = nanoTime;
        this.failure = failure;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        var begin = nanoTime.getAsLong();
        var count = in.read(target, offset, length);
        waited += nanoTime.getAsLong() - begin;
        received += Math.max(0, count);
        if (waited < PERIOD.toNanos()) {
            return count;
        }
        if (count >= 0 && received < LEAST_BYTES) {
            throw failure.apply(new IOException("only " + received + " bytes came in "
                    + Duration.ofNanos(waited).toMinutes() + " minutes"));
        }
        waited = 0;
        received = 0;
        return count;
    }
}
