package io.bascule.imagebuilder.diff;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The differences as one HTML page that needs nothing else: no script, no font, no other file. It can be read by light and
 * in the dark, on a phone, with a keyboard and by ear.
 */
public final class DiffPage {
    private static final int MOST_ROWS = 1000;
    private static final int OPEN_DIFFS = 6;
    private static final int OPEN_LINES = 60;
    private static final double PERCENT = 100;

    private final StringBuilder html = new StringBuilder();
    private final ImageDiff diff;

    private DiffPage(ImageDiff diff) {
        this.diff = diff;
    }

    /** {@return the page} */
    public static String of(ImageDiff diff) {
        return new DiffPage(diff).render();
    }

    private String render() {
        var title = Html.escape(diff.before().title()) + " → "
                + Html.escape(diff.after().title());
        html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                // Whatever a name in an image says: nothing runs and nothing is fetched.
                .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src")
                .append(" 'unsafe-inline'\">\n<title>")
                .append(title)
                .append("</title>\n<style>\n")
                .append(css())
                .append(
                        "</style>\n</head>\n<body>\n<header>\n<a class=\"skip\" href=\"#content\">To the content</a>\n<h1>")
                .append(Html.escape(diff.before().title()))
                .append(" <span class=\"arrow\">→</span> ")
                .append(Html.escape(diff.after().title()))
                .append("</h1>\n<p class=\"quiet\">")
                .append(diff.different() ? "What is different between these two images." : "No differences.")
                .append("</p>\n</header>\n<main id=\"content\">\n");
        cards();
        treemap();
        facts();
        packages();
        configuration();
        folders();
        files();
        html.append(
                        "</main>\n<footer>Sizes are bytes of contents before compression, where nothing else is said; a file")
                .append(
                        " with several names counts once. Bytes of names that are not text are written \\xNN, a backslash")
                .append(" twice. Made by <code>bascule image diff</code>.</footer>\n</body>\n</html>\n");
        return html.toString();
    }

    private static String css() {
        try (var in = Objects.requireNonNull(DiffPage.class.getResourceAsStream("page.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void cards() {
        var before = diff.before();
        var after = diff.after();
        var sizes = diff.sizes();
        html.append("<ul class=\"cards\">\n");
        sizeCard("/usr image", before.imageSize(), after.imageSize());
        sizeCard("contents", sizes.before(), sizes.after());
        card("packages", String.valueOf(diff.packages().size()), DiffWords.packages(diff));
        card("files", String.valueOf(diff.files().size()), DiffWords.files(diff));
        card(
                "configuration",
                String.valueOf(diff.configuration().size()),
                diff.configuration().size() == 1 ? "text that differs" : "texts that differ");
        html.append("</ul>\n");
    }

    private void sizeCard(String name, long before, long after) {
        var growth = after - before;
        html.append("<li><span>")
                .append(name)
                .append("</span><b>")
                .append(Amounts.size(after))
                .append("</b><span class=\"")
                .append(direction(growth))
                .append("\">")
                .append(growth == 0 ? "as before" : Amounts.growth(before, after))
                .append("</span></li>\n");
    }

    private void card(String name, String number, String words) {
        html.append("<li><span>")
                .append(name)
                .append("</span><b>")
                .append(number)
                .append("</b><span>")
                .append(Html.escape(words))
                .append("</span></li>\n");
    }

    private static String direction(long growth) {
        return growth > 0 ? "up" : growth < 0 ? "down" : "";
    }

    private void treemap() {
        if (diff.sizes().after() == 0) {
            return;
        }
        html.append("<h2>Where the bytes are</h2>\n<p class=\"quiet\">Each area is a folder or file of ")
                .append(Html.escape(diff.after().title()))
                .append("; what is gone has none. Point at one to see its path and size.</p>\n");
        html.append(TreemapSvg.of(diff.sizes(), "wide", 1200, 620));
        html.append(TreemapSvg.of(diff.sizes(), "middle", 760, 620));
        html.append(TreemapSvg.of(diff.sizes(), "narrow", 380, 620));
        html.append("<ul class=\"legend\">\n")
                .append("<li><i class=\"new\"></i>new</li>\n")
                .append(
                        "<li><i class=\"grown1\"></i><i class=\"grown2\"></i><i class=\"grown3\"></i>grown by under 2 %,")
                .append(" under 20 %, more</li>\n")
                .append(
                        "<li><i class=\"shrunk1\"></i><i class=\"shrunk2\"></i><i class=\"shrunk3\"></i>shrunk likewise")
                .append("</li>\n<li><i class=\"rewritten\"></i>same size, other contents</li>\n")
                .append("<li><i class=\"same\"></i>unchanged</li>\n</ul>\n");
    }

    private void facts() {
        html.append("<h2>The images</h2>\n");
        beginTable("the two images", "", "before", "after");
        fact("kernel", diff.before().kernelRelease(), diff.after().kernelRelease());
        fact("encoder", diff.before().encoder(), diff.after().encoder());
        fact("root hash", diff.before().rootHash(), diff.after().rootHash());
        endTable();
        var words = DiffWords.commandLine(diff);
        if (!words.isEmpty()) {
            html.append("<h2>Kernel command line</h2>\n<details open><summary>Words that differ</summary>\n");
            lines("kernel command line", words);
            html.append("</details>\n");
        }
    }

    private void fact(String name, String before, String after) {
        html.append("<tr><th scope=\"row\">").append(name).append("</th>");
        if (before.equals(after)) {
            html.append("<td class=\"version\" colspan=\"2\">")
                    .append(before.isEmpty() ? "not known" : visible(before))
                    .append("</td></tr>\n");
        } else {
            html.append("<td class=\"version\">")
                    .append(visible(before))
                    .append("</td><td class=\"version\">")
                    .append(visible(after))
                    .append("</td></tr>\n");
        }
    }

    private static String visible(String text) {
        return Html.escape(VisibleText.of(text));
    }

    private void packages() {
        html.append("<h2>Packages</h2>\n");
        if (diff.packages().isEmpty()) {
            html.append("<p>")
                    .append(
                            diff.packagesKnown()
                                    ? "The same in both."
                                    : "At least one of the images does not say which it has.")
                    .append("</p>\n");
            return;
        }
        beginTable("packages that differ", "", "package", "before", "after", "#installed size");
        for (var change : diff.packages()) {
            html.append("<tr><td>").append(tag(change.kind())).append("</td><th scope=\"row\" class=\"path\">");
            html.append(Html.escape(change.name())).append("</th><td class=\"version\">");
            html.append(Html.escape(change.before())).append("</td><td class=\"version\">");
            html.append(Html.escape(change.after())).append("</td>");
            growthCell(change.growth());
            html.append("</tr>\n");
        }
        endTable();
    }

    private void configuration() {
        html.append("<h2>Configuration</h2>\n");
        if (diff.configuration().isEmpty()) {
            html.append("<p>The same in both.</p>\n");
            return;
        }
        var open = diff.configuration().size() <= OPEN_DIFFS;
        for (var change : diff.configuration()) {
            html.append(open && change.diff().size() <= OPEN_LINES ? "<details open>" : "<details>")
                    .append("<summary>")
                    .append(tag(change.kind()))
                    .append(" <span class=\"path\">")
                    .append(Html.escape(change.path()))
                    .append("</span></summary>\n");
            lines(change.path(), change.diff());
            html.append("</details>\n");
        }
    }

    private void lines(String label, List<String> lines) {
        html.append("<pre tabindex=\"0\" aria-label=\"")
                .append(Html.escape(label))
                .append("\">");
        for (var line : lines) {
            var kind = line.startsWith("+")
                    ? "plus"
                    : line.startsWith("-") ? "minus" : line.startsWith("@@") ? "hunk" : "";
            html.append("<span class=\"")
                    .append(kind)
                    .append("\">")
                    .append(line.isEmpty() ? " " : Html.escape(line))
                    .append("</span>");
        }
        html.append("</pre>\n");
    }

    private void folders() {
        html.append("<h2>Folders</h2>\n");
        var folders = FolderGrowth.of(diff.sizes());
        var changed = folders.stream().filter(folder -> folder.growth() != 0).toList();
        if (!changed.isEmpty()) {
            folderTable("folders whose size changed", changed);
        } else {
            html.append("<p>None changed its size.</p>\n");
        }
        var rest = folders.stream().filter(folder -> folder.growth() == 0).toList();
        if (!rest.isEmpty()) {
            html.append("<p></p><details><summary>")
                    .append(Amounts.count(rest.size(), "folder of the same size", "folders of the same size"))
                    .append("</summary>\n");
            folderTable("folders of the same size", rest);
            html.append("</details>\n");
        }
    }

    private void folderTable(String caption, List<FolderGrowth> folders) {
        var largest = folders.stream()
                .mapToLong(folder -> Math.abs(folder.growth()))
                .max()
                .orElse(0);
        beginTable(caption, "folder", "#before", "#after", "#growth", largest == 0 ? "" : "|");
        for (var folder : folders) {
            html.append("<tr><th scope=\"row\" class=\"path\">").append(Html.escape(folder.path()));
            html.append("</th><td class=\"number\">").append(Amounts.size(folder.before()));
            html.append("</td><td class=\"number\">")
                    .append(Amounts.size(folder.after()))
                    .append("</td>");
            growthCell(folder.growth());
            if (largest == 0) {
                html.append("<td></td>");
            } else {
                html.append(String.format(
                        Locale.ROOT,
                        "<td class=\"bars\" aria-hidden=\"true\"><div class=\"bar\"><i class=\"%s\" style=\"width:%.1f%%\">"
                                + "</i></div></td>",
                        folder.growth() > 0 ? "more" : "less",
                        Math.max(1, PERCENT * Math.abs(folder.growth()) / largest)));
            }
            html.append("</tr>\n");
        }
        endTable();
    }

    private void files() {
        html.append("<h2>Files</h2>\n");
        var groups = FileGroup.of(diff);
        if (groups.isEmpty()) {
            html.append("<p>The same in both.</p>\n");
        }
        for (var kind : List.of(ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED)) {
            var rows =
                    groups.stream().filter(group -> group.top().kind() == kind).toList();
            if (!rows.isEmpty()) {
                html.append(kind == ChangeKind.CHANGED ? "<details open><summary>" : "<details><summary>")
                        .append(Amounts.count(diff.count(kind), "file ", "files "))
                        .append(kind.text())
                        .append("</summary>\n");
                fileTable("files " + kind.text(), rows);
                html.append("</details>\n");
            }
        }
    }

    private void fileTable(String caption, List<FileGroup> rows) {
        beginTable(caption, "path", "#growth", "what");
        for (var group : rows.subList(0, Math.min(MOST_ROWS, rows.size()))) {
            html.append("<tr><th scope=\"row\" class=\"path\">")
                    .append(Html.escape(group.top().path()));
            html.append("</th>");
            growthCell(group.growth());
            html.append("<td>").append(Html.escape(group.details())).append("</td></tr>\n");
        }
        endTable();
        if (rows.size() > MOST_ROWS) {
            html.append("<p class=\"quiet\">... and ")
                    .append(rows.size() - MOST_ROWS)
                    .append(" more; <code>--json</code> lists all.</p>\n");
        }
    }

    private void growthCell(long growth) {
        html.append("<td class=\"number ")
                .append(direction(growth))
                .append("\">")
                .append(Amounts.growth(growth))
                .append("</td>");
    }

    private static String tag(ChangeKind kind) {
        return "<span class=\"tag " + kind.text() + "\">" + kind.text() + "</span>";
    }

    /** A heading that begins with # is over numbers, one that is | over bars. */
    private void beginTable(String caption, String... headings) {
        html.append("<div class=\"wrap\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(caption)
                .append("\"><table><caption>")
                .append(caption)
                .append("</caption>\n<thead><tr>");
        for (var heading : headings) {
            if (heading.equals("|")) {
                html.append("<td class=\"bars\" aria-hidden=\"true\"></td>");
            } else if (heading.isEmpty()) {
                html.append("<td></td>");
            } else if (heading.startsWith("#")) {
                html.append("<th scope=\"col\" class=\"number\">")
                        .append(heading.substring(1))
                        .append("</th>");
            } else {
                html.append("<th scope=\"col\">").append(heading).append("</th>");
            }
        }
        html.append("</tr></thead>\n<tbody>\n");
    }

    private void endTable() {
        html.append("</tbody></table></div>\n");
    }
}
