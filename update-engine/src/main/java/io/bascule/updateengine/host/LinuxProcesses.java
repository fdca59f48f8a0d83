package io.bascule.updateengine.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** The programs of this machine. */
public final class LinuxProcesses implements ProcessRunner {
    @Override
    public Result run(List<String> command, Duration limit) throws IOException, InterruptedException {
        // To a file, so that a program that leaves a child behind cannot keep us waiting for the end of a pipe.
        var output = Files.createTempFile("bascule-", ".out");
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(limit)) {
                process.destroyForcibly();
                throw new IOException(
                        "'" + String.join(" ", command) + "' has not ended within " + limit.toSeconds() + " s");
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
