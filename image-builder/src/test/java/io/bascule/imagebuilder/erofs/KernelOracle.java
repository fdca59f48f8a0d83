package io.bascule.imagebuilder.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** Mounts images with this machine's kernel and describes what it shows. */
final class KernelOracle {
    /** How a command ended. */
    record Outcome(int status, String output) {}

    private final Path directory;
    private final Path script;

    private KernelOracle(Path directory) throws IOException {
        this.directory = directory;
        this.script = directory.resolve("describe_tree.py");
        try (var in = resource("describe_tree.py")) {
            Files.copy(in, script);
        }
    }

    /** {@return the oracle, if an image that another tool made can be mounted here; otherwise the test is skipped} */
    static KernelOracle orSkip(Path directory) throws Exception {
        var oracle = new KernelOracle(directory);
        var probe = directory.resolve("probe.erofs");
        try (var in = new GZIPInputStream(resource("zstd-probe.erofs.gz"))) {
            Files.copy(in, probe);
        }
        var python = run(List.of("python3", "--version"));
        assumeTrue(python.status() == 0, "python3 is not here to read the mounted tree: " + python.output());
        var mounted = oracle.mount(probe);
        assumeTrue(
                mounted.status() == 0,
                "this machine cannot mount EROFS with zstd (it takes root and Linux 6.10): " + mounted.output());
        oracle.unmount();
        return oracle;
    }

    /** {@return a line for each file in the image} */
    List<String> describe(Path image) throws Exception {
        var mounted = mount(image);
        assertThat(mounted.status()).as(mounted.output()).isZero();
        try {
            return describeDirectory(mountPoint());
        } finally {
            unmount();
        }
    }

    List<String> describeDirectory(Path tree) throws Exception {
        var described = run(List.of("python3", script.toString(), tree.toString()));
        assertThat(described.status()).as(described.output()).isZero();
        return described.output().lines().toList();
    }

    private Path mountPoint() {
        return directory.resolve("mounted");
    }

    private Outcome mount(Path image) throws Exception {
        Files.createDirectories(mountPoint());
        return run(List.of(
                "mount",
                "-t",
                "erofs",
                "-o",
                "ro,loop",
                image.toString(),
                mountPoint().toString()));
    }

    private void unmount() throws Exception {
        var outcome = run(List.of("umount", mountPoint().toString()));
        assertThat(outcome.status()).as(outcome.output()).isZero();
    }

    static Outcome run(List<String> command) throws InterruptedException {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), output);
        } catch (IOException e) {
            return new Outcome(-1, String.valueOf(e.getMessage()));
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(KernelOracle.class.getResourceAsStream(name), name);
    }
}
