package io.bascule.imagebuilder.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A body of an answer that is cut off when nothing of it has come for a minute: the client would wait for ever. */
public final class StallGuard extends FilterInputStream {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final AtomicLong count = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);

    public StallGuard(InputStream body) {
        this(body, PATIENCE);
    }

    StallGuard(InputStream body, Duration patience) {
        super(body);
        Thread.ofVirtual().name("stall guard").start(() -> watch(patience));
    }

    private void watch(Duration patience) {
        try {
            var before = -1L;
            while (!closed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                var now = count.get();
                if (now == before) {
                    in.close();
                    return;
                }
                before = now;
            }
        } catch (InterruptedException | IOException e) {
            // Whoever reads hears of it.
        }
    }

    @Override
    public int read() throws IOException {
        var value = super.read();
        count.incrementAndGet();
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        var read = super.read(bytes, offset, length);
        count.addAndGet(Math.max(read, 0));
        return read;
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        super.close();
    }
}
