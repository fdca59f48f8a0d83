package io.bascule.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.signing.Sha256Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Applies large payloads, of up to 1 GiB, in a Java machine whose heap has 64 MiB. */
class BoundedMemoryTest {
    /** The largest blobs that are read, and the most operations. */
    @ParameterizedTest
    @CsvSource({"8388608, 128", "4096, 65536"})
    void sixtyFourMebibytesAreEnough(String chunkSize, String count) throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Applying.class.getName(),
                        chunkSize,
                        count)
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** What the other machine runs. */
    static final class Applying {
        private Applying() {}

        public static void main(String[] arguments) throws IOException {
            var size = Integer.parseInt(arguments[0]);
            var count = Integer.parseInt(arguments[1]);
            var chunk = Contents.random(12, size);
            var operations = new ArrayList<ProtoWriter>();
            var data = new ArrayList<InputStream>();
            var digest = Sha256Digest.newMessageDigest();
            for (var i = 0; i < count; i++) {
                var blocks = size / 4096;
                operations.add(Crafted.operation(0, (long) i * size, chunk, (long) i * blocks, blocks));
                data.add(new ByteArrayInputStream(chunk));
                digest.update(chunk);
            }
            var total = (long) count * size;
            var manifest = Crafted.manifest(
                            total / 4096,
                            Sha256Digest.of(digest.digest()),
                            total,
                            operations.toArray(ProtoWriter[]::new))
                    .toByteArray();
            var metadata = Crafted.metadata(manifest);
            data.addFirst(new ByteArrayInputStream(Crafted.signatures(List.of(metadata))));
            data.addFirst(new ByteArrayInputStream(metadata));
            var signed = new ArrayList<byte[]>(Collections.nCopies(count, chunk));
            signed.addFirst(metadata);
            data.add(new ByteArrayInputStream(Crafted.signatures(signed)));
            Contents.apply(
                    new SequenceInputStream(Collections.enumeration(data)),
                    Keys.trust(Keys.RSA),
                    Map.of("p", new RepeatingDevice(chunk, total)));
        }
    }

    /** Takes only the bytes it has: one chunk, again and again. */
    private record RepeatingDevice(
            @SuppressWarnings("ArrayRecordComponent") byte[] chunk, long length) implements BlockDevice {
        @Override
        public ByteCount size() {
            return new ByteCount(length);
        }

        @Override
        public void read(long position, ByteBuffer target) {
            while (target.hasRemaining()) {
                var at = (int) (position % chunk.length);
                var count = Math.min(target.remaining(), chunk.length - at);
                target.put(chunk, at, count);
                position += count;
            }
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            var at = (int) (position % chunk.length);
            var expected = Arrays.copyOfRange(chunk, at, at + source.remaining());
            if (!ByteBuffer.wrap(expected).equals(source)) {
                throw new IOException("other bytes at " + position);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
