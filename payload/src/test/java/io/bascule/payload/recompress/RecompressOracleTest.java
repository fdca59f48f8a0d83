package io.bascule.payload.recompress;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.testsupport.ExternalTool;
import io.bascule.testsupport.Words;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the patch is between, found by a reader of the blob that is not ours, zstd and bspatch. */
class RecompressOracleTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void pythonZstdAndBspatchFindTheSame() throws IOException {
        var python = ExternalTool.require("python3");
        ExternalTool.require("bspatch");
        ExternalTool.require("zstd");
        var writer = new RecompressWriter(Cluster.ENCODER);
        var source = new ByteArrayOutputStream();
        var target = new ByteArrayOutputStream();
        for (var seed = 0; seed < 4; seed++) {
            var before = Words.of(seed, 20_000 + 7000 * seed);
            var after = before.clone();
            after[9000]++;
            add(source, Cluster.cluster(before), stored -> writer.addSource(stored, Optional.of(before.length)));
            add(target, Cluster.cluster(after), stored -> writer.addTarget(stored, Optional.of(after.length)));
        }
        add(source, Words.of(9, 8192), stored -> writer.addSource(stored, Optional.empty()));
        add(target, Words.of(9, 4096), stored -> writer.addTarget(stored, Optional.empty()));
        Files.write(folder.resolve("blob"), writer.finish().orElseThrow());
        Files.write(folder.resolve("source"), source.toByteArray());
        Files.write(folder.resolve("target"), target.toByteArray());
        var script = folder.resolve("read_recompress.py");
        try (var in = RecompressOracleTest.class.getResourceAsStream("read_recompress.py")) {
            Files.copy(Objects.requireNonNull(in), script);
        }

        var said = python.run(script.toString(), folder.toString());

        assertThat(said).contains("5 pieces patched to 5");
    }

    private static void add(ByteArrayOutputStream all, byte[] stored, Consumer<byte[]> adding) {
        all.writeBytes(stored);
        adding.accept(stored);
    }
}
