package io.bascule.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.cli.Terminal;
import io.bascule.scenarios.report.ResultFile;
import io.bascule.scenarios.report.ScenarioResult;
import io.bascule.scenarios.script.Scenario;
import io.bascule.scenarios.script.ScenarioFailure;
import io.bascule.scenarios.script.Stage;
import io.bascule.scenarios.script.Step;
import io.bascule.scenarios.script.TestReleases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioRunnerTest {
    private static final Scenario WELL = Scenario.onFiles("ends-well", "It ends well", stage -> {
        stage.step(Step.Kind.PREPARE, "a disk is made", () -> {
            Files.writeString(stage.scratch().resolve("disk"), "large");
            Files.writeString(stage.evidence().resolve("console.txt"), "hello");
            return "seen";
        });
        stage.step(Step.Kind.CHECK, "it is looked at", () -> "");
    });

    private static final Scenario BADLY = Scenario.onFiles("ends-badly", "It does not", stage -> {
        stage.step(Step.Kind.CHECK, "one and one are two", () -> "");
        stage.step(Step.Kind.CHECK, "two and two are five", () -> {
            Stage.expect(false, "found 4\nbecause of arithmetic");
            return "";
        });
        stage.step(Step.Kind.CHECK, "never played", () -> "");
    });

    @TempDir
    private Path out = Path.of("");

    @Test
    void keepsWhatAScenarioLeaves() throws Exception {
        var result = runner("inputs").run(WELL);
        assertThat(result.passed()).isTrue();
        assertThat(result.steps()).extracting(Step::text).containsExactly("a disk is made", "it is looked at");
        assertThat(result.steps().getFirst().found()).isEqualTo("seen");
        assertThat(result.evidence()).containsExactly("console.txt");
        assertThat(out.resolve("ends-well")).isDirectoryNotContaining("glob:**scratch*");
        assertThat(ResultFile.read(out.resolve("ends-well"))).isPresent();
    }

    @Test
    void failureStartsWithTheLineThatMatters() throws Exception {
        var result = runner("inputs").run(BADLY);
        assertThat(result.failure()).contains("found 4");
        assertThat(result.details()).isEqualTo("because of arithmetic");
        assertThat(result.steps())
                .extracting(Step::text)
                .containsExactly("one and one are two", "two and two are five");
        assertThat(result.steps().getLast().failure()).isPresent();
        assertThat(result.steps().getFirst().failure()).isEmpty();
    }

    @Test
    void defectsOfAScenarioAreFailuresToo() throws Exception {
        var broken = Scenario.onFiles("broken", "", stage -> {
            throw new IllegalStateException("a defect");
        });
        assertThat(runner("inputs").run(broken).failure()).contains("a defect");
    }

    @Test
    void interruptionEndsTheRunAndSavesNoResult() {
        var interrupted = Scenario.onFiles("interrupted", "", stage -> {
            throw new InterruptedException("by the test");
        });
        assertThatThrownBy(() -> runner("inputs").run(interrupted)).isInstanceOf(InterruptedException.class);
        assertThat(out.resolve("interrupted").resolve(ScenarioResult.FILE)).doesNotExist();
    }

    @Test
    void whatEndedWellOnTheSameInputsNeedNotBePlayedAgain() throws Exception {
        runner("inputs").run(WELL);
        runner("inputs").run(BADLY);
        assertThat(runner("inputs").earlier(WELL)).isPresent();
        assertThat(runner("inputs").earlier(BADLY)).isEmpty();
        assertThat(runner("other inputs").earlier(WELL)).isEmpty();
    }

    @Test
    void damagedResultIsNoResult() throws Exception {
        runner("inputs").run(WELL);
        var file = out.resolve("ends-well").resolve(ScenarioResult.FILE);
        var whole = Files.readString(file);
        for (var length = 0; length < whole.length() - 2; length += 7) {
            Files.writeString(file, whole.substring(0, length));
            assertThat(runner("inputs").earlier(WELL)).isEmpty();
        }
    }

    @Test
    void listenerHearsEverything() throws Exception {
        var heard = new ArrayList<String>();
        var listener = new ScenarioRunner.Listener() {
            @Override
            public void begins(Scenario scenario) {
                heard.add("begins " + scenario.name());
            }

            @Override
            public void stepBegins(String text) {
                heard.add(text);
            }

            @Override
            public void ends(ScenarioResult result) {
                heard.add("ends " + result.passed());
            }
        };
        new ScenarioRunner(out, releases(), "inputs", listener).run(BADLY);
        assertThat(heard)
                .containsExactly("begins ends-badly", "one and one are two", "two and two are five", "ends false");
    }

    @Test
    void inputsDigestFollowsNamesAndContents() throws IOException {
        var source =
                Files.createDirectories(out.resolve("module/src/main/java")).resolve("A.java");
        Files.writeString(source, "a");
        var first = Inputs.digest(out);
        Files.writeString(source, "b");
        var second = Inputs.digest(out);
        Files.move(source, source.resolveSibling("B.java"));
        var third = Inputs.digest(out);
        Files.writeString(Files.createDirectories(out.resolve("module/target")).resolve("A.class"), "c");
        assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
        assertThat(Inputs.digest(out)).isEqualTo(third);
    }

    @Test
    void unknownTestImageIsNamed() {
        assertThatThrownBy(() -> releases().get(io.bascule.scenarios.script.TestRelease.failing("no-such", "1.0.0")))
                .isInstanceOf(ScenarioFailure.class)
                .hasMessageContaining("no-such");
    }

    private ScenarioRunner runner(String inputs) {
        return new ScenarioRunner(out, releases(), inputs, ScenarioRunner.Listener.SILENT);
    }

    private TestReleases releases() {
        return new TestReleases(out, Terminal.standard());
    }
}
