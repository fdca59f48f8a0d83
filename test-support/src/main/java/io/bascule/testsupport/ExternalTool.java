package io.bascule.testsupport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A program that knows a format independently of us. Where it is not installed, the test that wants it is skipped. */
public final class ExternalTool {
    /** Where administrators' tools are, which the search path of others often leaves out. */
    private static final String MORE_FOLDERS = ":/usr/local/sbin:/usr/sbin:/sbin";

    /** What Java encodes arguments with: the locale's, whatever the default charset is. */
    private static final Charset ARGUMENTS = Charset.forName(System.getProperty("sun.jnu.encoding"));

    private final Path program;

    private ExternalTool(Path program) {
        this.program = program;
    }

    public static ExternalTool require(String name) {
        for (var folder : (System.getenv("PATH") + MORE_FOLDERS).split(":")) {
            var program = Path.of(folder, name);
            if (Files.isExecutable(program)) {
                return new ExternalTool(program);
            }
        }
        return Assumptions.abort("skipped: " + name + " is not installed");
    }

    /** Runs the program; it must succeed. Returns what it printed. */
    public String run(String... arguments) throws IOException {
        return run(Path.of(""), arguments);
    }

    /** Runs the program in {@code folder}; it must succeed. Returns what it printed. */
    public String run(Path folder, String... arguments) throws IOException {
        return run(folder, new byte[0], arguments);
    }

    /** Runs the program in {@code folder} with {@code input}; it must succeed. Returns what it printed. */
    public String run(Path folder, byte[] input, String... arguments) throws IOException {
        for (var argument : arguments) {
            Assumptions.assumeTrue(
                    ARGUMENTS.newEncoder().canEncode(argument), "skipped: this locale cannot pass '" + argument + "'");
        }
        var command = new ArrayList<String>();
        command.add(program.toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .directory(folder.toAbsolutePath().toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("TZ", "UTC");
        var process = builder.start();
        try (var in = process.getOutputStream()) {
            in.write(input);
        }
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }
}
