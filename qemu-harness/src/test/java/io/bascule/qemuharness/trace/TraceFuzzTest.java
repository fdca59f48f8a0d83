package io.bascule.qemuharness.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Changes bytes under checksums that are right again, and wants events or an exception of the domain. */
class TraceFuzzTest {
    private static final int SEED = 4001;
    private static final int ROUNDS = 20_000;
    private static final int HEADER = TraceFormat.HEADER_BYTES + TraceFormat.CRC_BYTES;

    @Test
    void survivesMutatedTraces() throws IOException {
        var random = new Random(SEED);
        var pristine = Traces.written(
                new DiskEvent.Mark(Duration.ZERO, "begin"),
                new DiskEvent.Write(Duration.ofNanos(1), 512, new byte[512], false),
                new DiskEvent.Zeros(Duration.ofNanos(2), 0, new ByteCount(4096), true),
                new DiskEvent.Flush(Duration.ofNanos(3)),
                new DiskEvent.Mark(Duration.ofNanos(4), "end"));
        var refused = 0;
        for (var round = 0; round < ROUNDS; round++) {
            try {
                // Whatever is read can be written, and reads the same.
                var written = rewritten(mutate(pristine, random));
                assertThat(Arrays.equals(rewritten(written), written)).isTrue();
            } catch (MalformedFormatException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + SEED + ", round " + round, e);
            }
        }
        assertThat(refused).isBetween(ROUNDS / 10, ROUNDS - ROUNDS / 10);
    }

    private static byte[] rewritten(byte[] trace) throws IOException {
        return Traces.written(Traces.read(trace).toArray(DiskEvent[]::new));
    }

    private static byte[] mutate(byte[] trace, Random random) {
        var changed = trace.clone();
        for (var i = 1 + random.nextInt(2); i > 0; i--) {
            // The header stays: with another size of the disk the same events cannot be written again.
            var at = HEADER + random.nextInt(changed.length - HEADER);
            switch (random.nextInt(3)) {
                case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> changed[at] = (byte) random.nextInt();
                default -> changed[at] = (byte) (random.nextBoolean() ? 0 : 0xFF);
            }
        }
        if (random.nextInt(8) == 0) {
            changed = Arrays.copyOf(changed, changed.length - random.nextInt(64));
        }
        repairChecksums(changed);
        return changed;
    }

    private static void repairChecksums(byte[] trace) {
        var buffer = ByteBuffer.wrap(trace);
        for (var at = (long) HEADER; at + TraceFormat.RECORD_BYTES + TraceFormat.CRC_BYTES <= trace.length; ) {
            var start = (int) at;
            var length = TraceFormat.RECORD_BYTES + Integer.toUnsignedLong(buffer.getInt(start + 4));
            if (start + length + TraceFormat.CRC_BYTES > trace.length) {
                return;
            }
            var body = Arrays.copyOfRange(trace, start, (int) (start + length));
            buffer.putInt((int) (start + length), TraceFormat.crc(body, new byte[0]));
            at = start + length + TraceFormat.CRC_BYTES;
        }
    }
}
