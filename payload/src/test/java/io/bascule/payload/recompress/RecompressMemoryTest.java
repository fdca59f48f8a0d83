package io.bascule.payload.recompress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.payload.bsdiff.BsdiffInputStream;
import io.bascule.payload.bsdiff.BsdiffWriter;
import io.bascule.signing.Sha256Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applies the largest blob that there can be, in a Java machine whose heap has 64 MiB, as hosts have it. */
class RecompressMemoryTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    private Path folder = Path.of("");

    private static byte[] noise(int seed, int size) {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void sixtyFourMebibytesAreEnough() throws IOException, InterruptedException {
        // Sixteen of old content in frames that save nothing; a patch of seven and a half, for a piece of eight.
        var source = new ByteArrayOutputStream();
        var contents = new ByteArrayOutputStream();
        var pieces = new ArrayList<Piece>();
        for (var seed = 0; seed < 4; seed++) {
            var content = noise(seed, 4 * MEBIBYTE);
            var frame = Cluster.frame(content);
            contents.writeBytes(content);
            source.writeBytes(frame);
            pieces.add(new Piece.Frame(0, frame.length, content.length));
        }
        var wanted = Arrays.copyOf(noise(9, 7 * MEBIBYTE + MEBIBYTE / 2), 8 * MEBIBYTE);
        var patch = new BsdiffWriter(new byte[16]).patch(wanted);
        var old = new MemoryBlockDevice(contents.toByteArray());
        var made = new BsdiffInputStream(patch, old).readAllBytes();
        var frame = Cluster.frame(made);
        assertThat(frame.length).isBetween(7 * MEBIBYTE, 8 * MEBIBYTE);
        var target = new Piece.Frame(0, frame.length, made.length);
        var blob = new RecompressBlob(Cluster.ENCODER, pieces, List.of(target), Sha256Digest.ofContent(frame), patch);
        Files.write(folder.resolve("source"), source.toByteArray());
        Files.write(folder.resolve("blob"), blob.encode());

        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Applying.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains(frame.length + " bytes");
    }

    /** What the other machine runs. */
    static final class Applying {
        private Applying() {}

        public static void main(String[] arguments) throws IOException {
            var folder = Path.of(arguments[0]);
            var blob = Files.readAllBytes(folder.resolve("blob"));
            try (var source = FileBlockDevice.openReadOnly(folder.resolve("source"));
                    var in = new RecompressInputStream(blob, source)) {
                var buffer = new byte[256 << 10];
                var size = 0L;
                for (int count; (count = in.read(buffer)) >= 0; ) {
                    size += count;
                }
                System.out.println(size + " bytes");
            }
        }
    }
}
