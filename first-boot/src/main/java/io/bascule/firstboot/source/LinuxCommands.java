package io.bascule.firstboot.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** The programs of this machine. */
public final class LinuxCommands implements Commands {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Override
    public Result run(List<String> command, String input) throws IOException, InterruptedException {
        // To a file, so that a program that leaves a child behind cannot keep us waiting for the end of a pipe.
        var output = Files.createTempFile("bascule-", ".out");
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It did not want to read; its status tells whether that matters.
            }
            if (!process.waitFor(LIMIT)) {
                process.destroyForcibly();
                throw new IOException(
                        "'" + String.join(" ", command) + "' has not ended within " + LIMIT.toSeconds() + " s");
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
