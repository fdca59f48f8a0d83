package io.bascule.imagebuilder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A program that knows a format independently of us. Where it is not installed, the test that wants it is skipped. */
public final class ExternalTool {
    private final Path program;

    private ExternalTool(Path program) {
        this.program = program;
    }

    public static ExternalTool require(String name) {
        for (var folder : (System.getenv("PATH") + ":/usr/sbin:/sbin").split(":")) {
            var program = Path.of(folder, name);
            if (Files.isExecutable(program)) {
                return new ExternalTool(program);
            }
        }
        return Assumptions.abort("skipped: " + name + " is not installed");
    }

    /** Runs the program in {@code folder} with {@code input}; it must succeed. Returns what it printed. */
    public String run(Path folder, byte[] input, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(program.toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        var process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        }
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
        return output;
    }

    public String run(Path folder, String... arguments) throws IOException, InterruptedException {
        return run(folder, new byte[0], arguments);
    }
}
