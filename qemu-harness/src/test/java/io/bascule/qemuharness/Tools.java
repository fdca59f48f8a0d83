package io.bascule.qemuharness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of others, as oracles. */
public final class Tools {
    private Tools() {}

    /** {@return the program's path; skips the test, and says so, where it is absent} */
    public static Path require(String program) {
        var path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/sbin";
        var found = Stream.of(path.split(":"))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(found.isPresent(), () -> program + " is not installed");
        return found.orElseThrow();
    }

    /** {@return what a program that succeeds prints} */
    public static String output(String... command) throws Exception {
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        return output;
    }
}
