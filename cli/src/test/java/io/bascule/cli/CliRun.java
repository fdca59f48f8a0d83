package io.bascule.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;

/**
 * What a user or a script sees of one run of the command.
 *
 * @param out standard output
 * @param err standard error
 */
record CliRun(int exitCode, String out, String err) {
    static CliRun of(String... arguments) {
        var realOut = System.out;
        var realErr = System.err;
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
        try {
            var exitCode = Bascule.run(arguments);
            return new CliRun(exitCode, out.toString(UTF_8), err.toString(UTF_8));
        } finally {
            System.setOut(realOut);
            System.setErr(realErr);
        }
    }

    CliRun succeeds() {
        assertThat(exitCode).as(err).isZero();
        return this;
    }

    /** Checks that it failed so, and that it said what to do. */
    void fails(ExitCode code, String problem, String remedy) {
        assertThat(exitCode).as(err).isEqualTo(code.number());
        assertThat(err).startsWith("bascule: ").contains(problem).contains(remedy);
        // Neither a stack trace nor half a result.
        assertThat(err).doesNotContain("\tat ");
        assertThat(out).isEmpty();
    }

    JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out);
    }
}
