package io.bascule.scenarios.run;

import io.bascule.imagebuilder.Folders;
import io.bascule.scenarios.report.ResultFile;
import io.bascule.scenarios.report.ScenarioResult;
import io.bascule.scenarios.script.Scenario;
import io.bascule.scenarios.script.Stage;
import io.bascule.scenarios.script.Step;
import io.bascule.scenarios.script.TestReleases;
import io.bascule.scenarios.script.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Plays scenarios. */
public final class ScenarioRunner {
    private static final String SCRATCH = "scratch";

    private final Path out;
    private final TestReleases releases;
    private final String inputs;
    private final Listener listener;

    /**
     * @param out where each scenario gets a folder of its name
     * @param inputs digest of all that results depend on
     */
    public ScenarioRunner(Path out, TestReleases releases, String inputs, Listener listener) {
        this.out = out;
        this.releases = releases;
        this.inputs = inputs;
        this.listener = listener;
    }

    /** Hears how a scenario goes on. */
    public interface Listener {
        /** Hears nothing. */
        Listener SILENT = new Listener() {};

        /** A scenario is played from now on. */
        default void begins(Scenario scenario) {}

        /** A step has begun. */
        default void stepBegins(String text) {}

        /** A step has ended, well or not. */
        default void stepEnds(Step step) {}

        /** A scenario has ended, well or not. */
        default void ends(ScenarioResult result) {}
    }

    /** {@return the result of an earlier run that ended well, if nothing has changed since} */
    public Optional<ScenarioResult> earlier(Scenario scenario) throws IOException {
        return ResultFile.read(folder(scenario))
                .filter(result -> result.passed()
                        && result.inputs().equals(inputs)
                        && result.name().equals(scenario.name()));
    }

    /** Plays a scenario to its end. However that comes, the result is saved and nothing of it goes on running. */
    public ScenarioResult run(Scenario scenario) throws IOException, InterruptedException {
        listener.begins(scenario);
        var folder = folder(scenario);
        Folders.delete(folder);
        var scratch = Files.createDirectories(folder.resolve(SCRATCH));
        var began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        var timeline = new Timeline(listener::stepBegins, listener::stepEnds);
        @Nullable Throwable failure = null;
        try (var stage = new Stage(folder, scratch, releases, timeline)) {
            scenario.script().play(stage);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            failure = e;
        }
        var took = timeline.now();
        Folders.delete(scratch);
        var text = failure == null ? Optional.<String>empty() : Optional.of(text(failure));
        var result = new ScenarioResult(
                scenario.name(),
                scenario.summary(),
                began,
                took,
                inputs,
                text.map(all -> all.lines().findFirst().orElse(all)),
                text.map(ScenarioRunner::behindFirstLine).orElse(""),
                timeline.steps(),
                evidence(folder));
        ResultFile.write(result, folder);
        listener.ends(result);
        return result;
    }

    private Path folder(Scenario scenario) {
        return out.resolve(scenario.name());
    }

    private static String text(Throwable failure) {
        var message = failure.getMessage();
        return message == null || message.isBlank() ? failure.toString() : message.strip();
    }

    private static String behindFirstLine(String text) {
        var end = text.indexOf('\n');
        return end < 0 ? "" : text.substring(end + 1).stripTrailing();
    }

    private static List<String> evidence(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(name -> !name.endsWith(".fd"))
                    .sorted()
                    .toList();
        }
    }
}
