package io.bascule.imagebuilder.verity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.layout.RootHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** cryptsetup's own tool makes the same bytes, and accepts ours. */
class VeritySetupTest {
    private static final UUID ID = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");

    @TempDir
    private Path directory;

    /** Numbers of blocks around those at which a hash block or a level is added. */
    @ParameterizedTest
    @CsvSource({"1,32", "2,0", "127,256", "128,32", "129,32", "16384,32", "16385,16"})
    void writesWhatVeritysetupWrites(int blocks, int saltSize) throws Exception {
        var veritysetup = Stream.of("/usr/sbin/veritysetup", "/sbin/veritysetup", "/usr/bin/veritysetup")
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst();
        assumeTrue(veritysetup.isPresent(), "veritysetup (package cryptsetup-bin) is not installed");
        var data = directory.resolve("data");
        var ours = directory.resolve("ours");
        var theirs = directory.resolve("theirs");
        var random = new Random(blocks);
        var saltBytes = new byte[saltSize];
        random.nextBytes(saltBytes);
        var salt = VeritySalt.of(saltBytes);
        var size = new ByteCount((long) blocks * VerityFormat.BLOCK);
        RootHash root;
        try (var device = FileBlockDevice.create(data, size);
                var hash = FileBlockDevice.create(ours, VerityWriter.hashSize(size))) {
            for (var i = 0; i < blocks; i += 1 + random.nextInt(100)) {
                var block = new byte[VerityFormat.BLOCK];
                random.nextBytes(block);
                device.write((long) i * VerityFormat.BLOCK, ByteBuffer.wrap(block));
            }
            root = VerityWriter.write(device, hash, ID, salt, 2);
            assertThat(VerityVerifier.verify(device, hash, root, 2)).isEqualTo(new VerityVerdict.Intact());
        }

        Files.createFile(theirs);
        var output = run(List.of(
                veritysetup.get(), "format", "--uuid=" + ID, "--salt=" + salt, data.toString(), theirs.toString()));
        assertThat(output).containsPattern("Root hash:\\s+" + root.hex());
        assertThat(Files.mismatch(ours, theirs)).isEqualTo(-1);
        run(List.of(veritysetup.get(), "verify", data.toString(), ours.toString(), root.hex()));
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
        return output;
    }

    @ParameterizedTest
    @CsvSource({"1,4096", "2,8192", "128,8192", "129,16384", "16384,532480", "16385,544768"})
    void knowsTheSizeOfTheHashDevice(long blocks, long bytes) {
        assertThat(VerityWriter.hashSize(new ByteCount(blocks * VerityFormat.BLOCK)))
                .isEqualTo(new ByteCount(bytes));
    }
}
