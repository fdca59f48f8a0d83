package io.bascule.updateengine.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PacedInputStreamTest {
    private static final int SIZE = 1 << 20;

    private final AtomicLong now = new AtomicLong();

    /** A server that is never silent for long, and never gets anywhere. */
    @Test
    void oneByteASecondIsGivenUpAfterTenMinutes() {
        var in = dripping(1, Duration.ofSeconds(1));
        assertThatThrownBy(in::readAllBytes).hasMessage("only 600 bytes came in 10 minutes");
        assertThat(now.get()).isEqualTo(Duration.ofMinutes(10).toNanos());
    }

    @Test
    void slowNetworkIsSlowAndNothingElse() throws IOException {
        assertThat(dripping(200, Duration.ofSeconds(1)).readAllBytes()).hasSize(SIZE);
        assertThat(now.get()).isGreaterThan(Duration.ofHours(1).toNanos());
    }

    /** What was fast in the beginning is not forgiven an hour of nothing. */
    @Test
    void serverThatBecomesSlowIsGivenUp() throws IOException {
        var in = new PacedInputStream(
                new ByteArrayInputStream(new byte[SIZE]) {
                    @Override
                    public synchronized int read(byte[] target, int offset, int length) {
                        now.addAndGet(
                                pos < SIZE / 2 ? 1 : Duration.ofSeconds(30).toNanos());
                        return super.read(target, offset, pos < SIZE / 2 ? length : Math.min(length, 1));
                    }
                },
                now::get,
                e -> e);
        assertThat(in.readNBytes(SIZE / 2)).hasSize(SIZE / 2);
        assertThatThrownBy(in::readAllBytes).hasMessageContaining("bytes came in 10 minutes");
    }

    /** A disk that stalls between two reads is not the server's fault. */
    @Test
    void timeBetweenReadsDoesNotCount() throws IOException {
        var in = dripping(100, Duration.ZERO);
        for (var i = 0; i < 100; i++) {
            assertThat(in.readNBytes(100)).hasSize(100);
            now.addAndGet(Duration.ofMinutes(1).toNanos());
        }
    }

    private InputStream dripping(int bytes, Duration each) {
        return new PacedInputStream(
                new ByteArrayInputStream(new byte[SIZE]) {
                    @Override
                    public synchronized int read(byte[] target, int offset, int length) {
                        now.addAndGet(each.toNanos());
                        return super.read(target, offset, Math.min(length, bytes));
                    }
                },
                now::get,
                e -> e);
    }
}
