package io.bascule.scenarios.report;

import io.bascule.scenarios.script.Step;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * One page about all scenarios, made to be looked at: what failed comes first, with the line that matters, and each has a
 * timeline. The page needs nothing from elsewhere and shows the same without scripts.
 */
public final class ReportPage {
    public static final String FILE = "index.html";

    private static final String TEMPLATE = "report.html";
    private static final long SECOND = 1000;

    private ReportPage() {}

    /** Writes {@link #FILE} in {@code folder}, in which each scenario has a folder of its name. */
    public static void write(List<ScenarioResult> results, Path folder) throws IOException {
        var failed = results.stream().filter(result -> !result.passed()).toList();
        var passed = results.stream().filter(ScenarioResult::passed).toList();
        var cards = new StringBuilder();
        failed.forEach(result -> cards.append(card(result)));
        passed.forEach(result -> cards.append(card(result)));
        var total = results.stream().map(ScenarioResult::took).reduce(Duration.ZERO, Duration::plus);
        var page = template()
                .replace("${verdict}", failed.isEmpty() ? "good" : "bad")
                .replace("${headline}", headline(passed.size(), failed.size()))
                .replace("${total}", time(total))
                .replace(
                        "${steps}",
                        String.valueOf(results.stream()
                                .mapToInt(result -> result.steps().size())
                                .sum()))
                .replace("${cards}", cards);
        var fresh = folder.resolve(FILE + ".new");
        Files.writeString(fresh, page);
        Files.move(fresh, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String headline(int passed, int failed) {
        var all = passed + failed;
        return failed == 0
                ? (all == 1 ? "The scenario ended well" : "All " + all + " scenarios ended well")
                : failed + " of " + all + (all == 1 ? " scenario" : " scenarios") + " failed";
    }

    private static String card(ScenarioResult result) {
        var verdict = result.passed() ? "good" : "bad";
        var html = new StringBuilder();
        html.append("<details class=\"card ")
                .append(verdict)
                .append("\" id=\"")
                .append(escape(result.name()))
                .append(result.passed() ? "\">\n" : "\" open>\n");
        html.append("<summary><span class=\"mark\">")
                .append(result.passed() ? "✓" : "✗")
                .append("</span><h2>")
                .append(escape(result.name()))
                .append("</h2><span class=\"time\">")
                .append(time(result.took()))
                .append("</span><p>")
                .append(escape(result.summary()))
                .append("</p>");
        result.failure()
                .ifPresent(line ->
                        html.append("<p class=\"line\">").append(escape(line)).append("</p>"));
        html.append(bar(result)).append("</summary>\n<ol class=\"steps\">\n");
        for (var step : result.steps()) {
            html.append(row(step));
        }
        html.append("</ol>\n");
        if (!result.details().isBlank()) {
            html.append("<pre>").append(escape(result.details())).append("</pre>\n");
        }
        html.append("<p class=\"files\">");
        for (var file : result.evidence()) {
            html.append("<a href=\"")
                    .append(escape(result.name() + "/" + file))
                    .append("\">")
                    .append(escape(file))
                    .append("</a> ");
        }
        return html.append("</p>\n</details>\n").toString();
    }

    /** The timeline: a bar whose parts are as wide as the steps were long. */
    private static String bar(ScenarioResult result) {
        var whole = Math.max(1, result.took().toMillis());
        var html =
                new StringBuilder("<svg class=\"bar\" viewBox=\"0 0 1000 24\" preserveAspectRatio=\"none\" role=\"img\""
                        + " aria-label=\"timeline\">");
        for (var step : result.steps()) {
            var x = step.start().toMillis() * 1000.0 / whole;
            var width = Math.max(2, step.duration().toMillis() * 1000.0 / whole);
            html.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"%s\" x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"24\"><title>%s (%s)</title></rect>",
                    kind(step),
                    x,
                    width,
                    escape(step.text()),
                    time(step.duration())));
        }
        return html.append("</svg>").toString();
    }

    private static String row(Step step) {
        return "<li class=\"" + kind(step) + "\"><span class=\"at\">" + time(step.start())
                + "</span><span class=\"text\">"
                + escape(step.text()) + "</span><span class=\"took\">" + time(step.duration()) + "</span>"
                + step.failure()
                        .map(line -> "<span class=\"line\">" + escape(line) + "</span>")
                        .orElse(
                                step.found().isBlank()
                                        ? ""
                                        : "<span class=\"found\">" + escape(step.found()) + "</span>")
                + "</li>\n";
    }

    private static String kind(Step step) {
        return step.failure().isPresent() ? "failed" : step.kind().name().toLowerCase(Locale.ROOT);
    }

    static String time(Duration time) {
        var millis = time.toMillis();
        return millis < 60 * SECOND
                ? String.format(Locale.ROOT, "%.1f s", millis / (double) SECOND)
                : String.format(Locale.ROOT, "%d:%02d min", time.toMinutes(), time.toSecondsPart());
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String template() throws IOException {
        try (InputStream in = ReportPage.class.getResourceAsStream(TEMPLATE)) {
            if (in == null) {
                throw new IllegalStateException(TEMPLATE + " is not beside this class");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
