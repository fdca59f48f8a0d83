package io.bascule.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a demonstration has proven so far, each with the time it took. */
final class Checklist {
    private final Terminal terminal;
    private final List<Check> checks = new ArrayList<>();
    private Instant last = Instant.now();

    Checklist(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * One claim.
     *
     * @param claim in words
     * @param held whether it is true
     * @param evidence what was seen
     * @param took time since the claim before
     */
    record Check(String claim, boolean held, String evidence, Duration took) {}

    /** The clock of the next claim starts now. */
    void begin() {
        last = Instant.now();
    }

    void check(String claim, boolean held, String evidence) {
        var now = Instant.now();
        var check = new Check(claim, held, evidence, Duration.between(last, now));
        last = now;
        checks.add(check);
        terminal.say(String.format(
                Locale.ROOT,
                "  %-4s %8s  %s  (%s)",
                held ? "ok" : "FAIL",
                Terminal.seconds(check.took()),
                claim,
                evidence));
    }

    void checkEqual(String claim, String expected, String found) {
        check(
                claim,
                expected.equals(found),
                expected.equals(found) ? found : "expected " + expected + ", found " + found);
    }

    List<Check> checks() {
        return List.copyOf(checks);
    }

    boolean allHeld() {
        return checks.stream().allMatch(Check::held);
    }

    void printTable(PrintStream out) {
        var width =
                checks.stream().mapToInt(check -> check.claim().length()).max().orElse(0);
        var rule = "-".repeat(width + 70);
        out.println(rule);
        for (var check : checks) {
            var evidence =
                    check.evidence().length() > 50 ? check.evidence().substring(0, 47) + "..." : check.evidence();
            out.printf(
                    Locale.ROOT,
                    "%-" + width + "s  %-4s %8s  %s%n",
                    check.claim(),
                    check.held() ? "ok" : "FAIL",
                    Terminal.seconds(check.took()),
                    evidence);
        }
        out.println(rule);
    }
}
