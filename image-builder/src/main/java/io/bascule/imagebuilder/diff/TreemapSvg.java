package io.bascule.imagebuilder.diff;

import java.util.Locale;

/** Draws a {@link Treemap} as an SVG whose colours come from the page. */
final class TreemapSvg {
    private static final double CHARACTER = 6.6;
    private static final double PADDING = 5;
    private static final double SECOND_LINE = 34;

    private TreemapSvg() {}

    /**
     * {@return an {@code svg} element}
     *
     * @param id of the element, to refer to its title
     */
    static String of(SizeNode root, String id, int width, int height) {
        var svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg id=\"%s\" class=\"%s\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-title\">\n",
                id,
                id,
                width,
                height,
                id));
        svg.append("<title id=\"")
                .append(id)
                .append("-title\">Treemap of /usr by bytes; the table of folders below says the same</title>\n");
        for (var cell : Treemap.layout(root, width, height)) {
            cell(svg, cell);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void cell(StringBuilder svg, Treemap.Cell cell) {
        var area = cell.area();
        svg.append("<g><title>").append(Html.escape(tooltip(cell))).append("</title>");
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                cell.divided() ? "folder" : fill(cell.node()),
                area.x() + 0.5,
                area.y() + 0.5,
                Math.max(0, area.width() - 1),
                Math.max(0, area.height() - 1)));
        var room = (int) ((area.width() - 2 * PADDING) / CHARACTER);
        if (cell.divided()) {
            var growth = cell.node().growth() == 0
                    ? ""
                    : "  " + Amounts.growth(cell.node().growth());
            var withGrowth = cell.name() + growth;
            text(
                    svg,
                    area.x() + PADDING,
                    area.y() + 13,
                    "name",
                    shorten(withGrowth.length() <= room ? withGrowth : cell.name(), room));
        } else if (room >= 3 && area.height() >= 16) {
            text(svg, area.x() + PADDING, area.y() + 14, "name", shorten(cell.name(), room));
            var growth = cell.node().growth();
            var second = growth == 0 ? Amounts.size(cell.node().after()) : Amounts.growth(growth);
            if (area.height() >= SECOND_LINE && second.length() <= room) {
                text(svg, area.x() + PADDING, area.y() + 28, "size", second);
            }
        }
        svg.append("</g>\n");
    }

    private static void text(StringBuilder svg, double x, double y, String kind, String text) {
        svg.append(String.format(Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", kind, x, y))
                .append(Html.escape(text))
                .append("</text>");
    }

    private static String shorten(String text, int room) {
        if (text.length() <= room) {
            return text;
        }
        var end = Math.max(0, room - 1);
        // Not between the halves of a character.
        return text.substring(0, end > 0 && Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    private static String tooltip(Treemap.Cell cell) {
        var node = cell.node();
        var size = cell.path() + "\n" + Amounts.size(node.after());
        if (node.before() == 0) {
            return size + ", new";
        }
        if (node.growth() != 0) {
            return size + ", was " + Amounts.size(node.before()) + ": " + Amounts.growth(node.before(), node.after());
        }
        return size + (node.changed() ? ", same size, other contents" : ", unchanged");
    }

    /** {@return the class of a rectangle: which way it went, and in three steps how far} */
    static String fill(SizeNode node) {
        if (node.before() == 0) {
            return "new";
        }
        if (node.growth() == 0) {
            return node.changed() ? "rewritten" : "same";
        }
        var ratio = (double) Math.abs(node.growth()) / node.before();
        var step = ratio < 0.02 ? 1 : ratio < 0.2 ? 2 : 3;
        return (node.growth() > 0 ? "grown" : "shrunk") + step;
    }
}
