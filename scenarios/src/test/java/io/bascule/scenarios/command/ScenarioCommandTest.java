package io.bascule.scenarios.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.cli.CliFailure;
import io.bascule.cli.ExitCode;
import io.bascule.cli.Extension;
import io.bascule.scenarios.catalogue.Catalogue;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ScenarioCommandTest {
    @Test
    void isFoundByTheCommandOfTheWorkstation() {
        assertThat(ServiceLoader.load(Extension.class)).hasAtLeastOneElementOfType(ScenarioExtension.class);
    }

    @Test
    void listsEveryScenario() throws Exception {
        assertThat(output("list").lines().toList()).hasSameSizeAs(Catalogue.ALL);
        var array = new ObjectMapper().readTree(output("list", "--json"));
        assertThat(array).hasSameSizeAs(Catalogue.ALL);
        assertThat(array.path(0).path("name").asText())
                .isEqualTo(Catalogue.ALL.getFirst().name());
    }

    @Test
    void typoIsAnsweredWithTheNameThatWasMeant() {
        var failure = failure("run", "update-and-fall-bck");
        assertThat(failure).hasMessage("there is no scenario 'update-and-fall-bck'");
        assertThat(failure.hint()).startsWith("did you mean 'update-and-fall-back'?");
        assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void namesOrAllButNotBothAndNotNeither() {
        assertThat(failure("run")).hasMessage("no scenario was named");
        assertThat(failure("run", "--all", "full-esp")).hasMessage("--all and names were given");
        assertThat(failure("run", "--all", "--jobs", "0")).hasMessage("--jobs 0 is less than 1");
    }

    private static CliFailure failure(String... arguments) {
        var failures = new ArrayList<Exception>();
        new CommandLine(new ScenarioCommand())
                .setExecutionExceptionHandler((exception, commandLine, parsed) -> {
                    failures.add(exception);
                    return 1;
                })
                .execute(arguments);
        assertThat(failures).hasSize(1).hasOnlyElementsOfType(CliFailure.class);
        return (CliFailure) failures.getFirst();
    }

    private static String output(String... arguments) {
        var before = System.out;
        var bytes = new ByteArrayOutputStream();
        try (var out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            assertThat(new CommandLine(new ScenarioCommand()).execute(arguments))
                    .isZero();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
