package io.bascule.imagebuilder.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The differences for a terminal, what matters most first. */
public final class DiffText {
    private static final int ROWS = 20;
    private static final int DIFF_LINES = 80;

    private final StringBuilder text = new StringBuilder();
    private final ImageDiff diff;
    private final boolean all;

    private DiffText(ImageDiff diff, boolean all) {
        this.diff = diff;
        this.all = all;
    }

    /**
     * {@return lines of text}
     *
     * @param all whether to show every row, and not only the first of each table
     */
    public static String of(ImageDiff diff, boolean all) {
        return new DiffText(diff, all).render();
    }

    private String render() {
        line(diff.before().title() + " -> " + diff.after().title());
        if (!diff.different()) {
            line("");
            line("No differences.");
            return text.toString();
        }
        summary();
        commandLine();
        packages();
        configuration();
        folders();
        files();
        return text.toString();
    }

    private void summary() {
        var before = diff.before();
        var after = diff.after();
        line("");
        row("/usr image", sizes(before.imageSize(), after.imageSize()));
        row("contents", sizes(diff.sizes().before(), diff.sizes().after()) + ", before compression");
        row("kernel", changed(before.kernelRelease(), after.kernelRelease()));
        row("encoder", changed(before.encoder(), after.encoder()));
        row("packages", DiffWords.packages(diff));
        row("files", DiffWords.files(diff));
        row("configuration", Amounts.count(diff.configuration().size(), "text differs", "texts differ"));
    }

    private void row(String name, String value) {
        line(String.format(Locale.ROOT, "  %-14s %s", name, value));
    }

    private static String sizes(long before, long after) {
        return Amounts.size(before) + " -> " + Amounts.size(after) + "  " + Amounts.growth(before, after);
    }

    private static String changed(String before, String after) {
        return before.equals(after)
                ? VisibleText.of(before.isEmpty() ? "not known" : before)
                : VisibleText.of(before) + " -> " + VisibleText.of(after);
    }

    private void commandLine() {
        var words = DiffWords.commandLine(diff);
        if (!words.isEmpty()) {
            title("Kernel command line");
            words.forEach(word -> line("  " + word));
        }
    }

    private void packages() {
        if (diff.packages().isEmpty()) {
            return;
        }
        title("Packages");
        var rows = new ArrayList<List<String>>();
        for (var change : diff.packages()) {
            rows.add(List.of(
                    sign(change.kind()),
                    change.name(),
                    change.before().isEmpty() ? "" : change.before(),
                    change.after().isEmpty() ? "" : change.before().isEmpty() ? change.after() : "-> " + change.after(),
                    change.growth() == 0 ? "" : Amounts.growth(change.growth())));
        }
        table(rows);
    }

    private void configuration() {
        if (diff.configuration().isEmpty()) {
            return;
        }
        title("Configuration");
        var lines = 0;
        var shown = 0;
        for (var change : diff.configuration()) {
            if (!all && lines >= DIFF_LINES) {
                more(diff.configuration().size() - shown);
                return;
            }
            // What is new as a whole says enough by its name.
            var most = all ? Integer.MAX_VALUE : change.kind() == ChangeKind.CHANGED ? DIFF_LINES - lines : 0;
            line("  " + sign(change.kind()) + " " + change.path());
            change.diff().stream().limit(most).forEach(row -> line("      " + row));
            if (most > 0 && change.diff().size() > most) {
                line("      ...");
            }
            lines += 1 + Math.min(most, change.diff().size());
            shown++;
        }
    }

    private void folders() {
        var folders = FolderGrowth.changed(diff.sizes());
        if (folders.isEmpty()) {
            return;
        }
        title("Growth by folder");
        var rows = new ArrayList<List<String>>();
        for (var folder : folders) {
            rows.add(List.of(
                    folder.path(),
                    Amounts.size(folder.before()),
                    "-> " + Amounts.size(folder.after()),
                    Amounts.growth(folder.growth())));
        }
        table(rows);
    }

    private void files() {
        var groups = FileGroup.of(diff);
        if (groups.isEmpty()) {
            return;
        }
        title("Files");
        var rows = new ArrayList<List<String>>();
        for (var group : groups) {
            rows.add(List.of(
                    sign(group.top().kind()),
                    group.top().path(),
                    group.growth() == 0 ? "" : Amounts.growth(group.growth()),
                    group.details()));
        }
        table(rows);
    }

    /** Columns as wide as what is shown of them, but none so wide that the others are out of sight. */
    private void table(List<List<String>> rows) {
        final var widest = 60;
        var shown = all ? rows : rows.subList(0, Math.min(ROWS, rows.size()));
        var widths = new int[rows.getFirst().size()];
        for (var row : shown) {
            for (var i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], Math.min(widest, row.get(i).length()));
            }
        }
        for (var row : shown) {
            var cells = new StringBuilder(" ");
            for (var i = 0; i < widths.length; i++) {
                cells.append(' ').append(row.get(i));
                cells.append(" ".repeat(Math.max(0, widths[i] - row.get(i).length())));
            }
            line(cells.toString().stripTrailing());
        }
        more(rows.size() - shown.size());
    }

    private void more(int count) {
        if (count > 0) {
            line("  ... and " + count + " more, --all shows them");
        }
    }

    private static String sign(ChangeKind kind) {
        return switch (kind) {
            case ADDED -> "+";
            case REMOVED -> "-";
            case CHANGED -> "~";
        };
    }

    private void title(String title) {
        line("");
        line(title);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
