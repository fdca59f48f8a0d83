package io.bascule.scenarios.command;

import io.bascule.cli.Terminal;
import io.bascule.scenarios.report.ScenarioResult;
import io.bascule.scenarios.run.ScenarioRunner;
import io.bascule.scenarios.script.Scenario;
import io.bascule.scenarios.script.Step;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Tells at the terminal how scenarios go: a line a step. */
final class Teller implements ScenarioRunner.Listener {
    private static final double SECOND = 1000;

    private final Terminal terminal;
    private final String label;

    /** @param label before each line, if several scenarios tell at once */
    Teller(Terminal terminal, String label) {
        this.terminal = terminal;
        this.label = label;
    }

    @Override
    public void begins(Scenario scenario) {
        terminal.say(scenario.name() + ": " + scenario.summary());
    }

    @Override
    public void stepBegins(String text) {
        terminal.doing(label + text);
    }

    @Override
    public void stepEnds(Step step) {
        terminal.say(String.format(
                Locale.ROOT,
                "  %s%7s  %s%s",
                label,
                seconds(step.duration()),
                step.text(),
                step.failure().isPresent() ? "  FAILED" : ""));
    }

    @Override
    public void ends(ScenarioResult result) {
        terminal.say("  " + label
                + result.failure().map(line -> "FAILED: " + line).orElse("ended well") + ", " + seconds(result.took()));
        if (!result.details().isBlank()) {
            terminal.say(result.details());
        }
        terminal.say("");
    }

    static void table(List<ScenarioResult> results, PrintStream to) {
        var width = results.stream()
                .mapToInt(result -> result.name().length())
                .max()
                .orElse(1);
        for (var result : results) {
            to.println(String.format(
                            Locale.ROOT,
                            "%-4s  %-" + width + "s  %9s  %s",
                            result.passed() ? "ok" : "FAIL",
                            result.name(),
                            seconds(result.took()),
                            result.failure().orElse(""))
                    .stripTrailing());
        }
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / SECOND);
    }
}
