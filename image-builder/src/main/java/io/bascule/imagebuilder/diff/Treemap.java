package io.bascule.imagebuilder.diff;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Rectangles whose areas are the bytes of folders and files: squarified (Bruls, Huizing, van Wijk, "Squarified Treemaps",
 * 2000), nested, with a line for the name of each folder that is divided.
 */
final class Treemap {
    /** Height of the line with a folder's name. */
    static final double HEADER = 18;

    private static final double GAP = 2;
    private static final double LEAST_AREA = 160;
    private static final double LEAST_WIDTH = 56;
    private static final double LEAST_HEIGHT = 64;

    private final List<Cell> cells = new ArrayList<>();

    private Treemap() {}

    /** Where something is drawn. */
    record Area(double x, double y, double width, double height) {
        double size() {
            return width * height;
        }
    }

    /**
     * A rectangle.
     *
     * @param path visible, from the root of a host
     * @param divided whether others lie in it
     * @param depth 0 for the outermost
     */
    record Cell(Area area, String name, String path, SizeNode node, boolean divided, int depth) {}

    /** {@return the rectangles of {@code root}, each before those in it} */
    static List<Cell> layout(SizeNode root, double width, double height) {
        var map = new Treemap();
        map.divide(root, "/usr", new Area(0, 0, width, height), 0);
        return List.copyOf(map.cells);
    }

    private void divide(SizeNode folder, String path, Area area, int depth) {
        var shares = shares(folder, area.size());
        var total = shares.stream().mapToLong(SizeNode::after).sum();
        var rest = area;
        for (var i = 0; i < shares.size(); ) {
            var side = Math.min(rest.width(), rest.height());
            var scale = rest.size() / total;
            var row = row(shares, i, side, scale);
            var bytes = 0L;
            for (var share : shares.subList(i, row)) {
                bytes += share.after();
            }
            rest = place(shares.subList(i, row), bytes, rest, scale, path, depth);
            total -= bytes;
            i = row;
        }
    }

    /** {@return what is in a folder, the largest first, and what is too small to be seen as one} */
    private static List<SizeNode> shares(SizeNode folder, double area) {
        var shares = new ArrayList<SizeNode>();
        var before = 0L;
        var after = 0L;
        var changed = false;
        var count = 0;
        for (var child : folder.children()) {
            if (child.after() == 0) {
                continue;
            }
            if (area * child.after() / folder.after() >= LEAST_AREA) {
                shares.add(child);
            } else {
                before += child.before();
                after += child.after();
                changed |= child.changed();
                count++;
            }
        }
        shares.sort(Comparator.comparingLong((SizeNode node) -> -node.after()).thenComparing(SizeNode::name));
        if (after > 0) {
            shares.add(new SizeNode(
                    Amounts.count(count, "small one", "small ones"), before, after, changed, false, List.of()));
        }
        return shares;
    }

    /** {@return the end of the row that begins at {@code from}: as long as its rectangles come nearer to squares} */
    private static int row(List<SizeNode> shares, int from, double side, double scale) {
        var largest = shares.get(from).after() * scale;
        var sum = largest;
        var worst = worst(largest, largest, sum, side);
        for (var i = from + 1; i < shares.size(); i++) {
            var next = shares.get(i).after() * scale;
            var worse = worst(Math.max(largest, next), next, sum + next, side);
            if (worse > worst) {
                return i;
            }
            largest = Math.max(largest, next);
            sum += next;
            worst = worse;
        }
        return shares.size();
    }

    private static double worst(double largest, double smallest, double sum, double side) {
        return Math.max(side * side * largest / (sum * sum), sum * sum / (side * side * smallest));
    }

    /** Lays a row along the shorter side; {@return what is left of the area} */
    private Area place(List<SizeNode> row, long bytes, Area area, double scale, String path, int depth) {
        var upright = area.width() >= area.height();
        var side = upright ? area.height() : area.width();
        var thickness = bytes * scale / side;
        var at = 0.0;
        for (var node : row) {
            var length = side * node.after() / bytes;
            var cell = upright
                    ? new Area(area.x(), area.y() + at, thickness, length)
                    : new Area(area.x() + at, area.y(), length, thickness);
            add(node, path, cell, depth);
            at += length;
        }
        return upright
                ? new Area(area.x() + thickness, area.y(), Math.max(0, area.width() - thickness), area.height())
                : new Area(area.x(), area.y() + thickness, area.width(), Math.max(0, area.height() - thickness));
    }

    private void add(SizeNode node, String path, Area area, int depth) {
        // A folder in a folder with nothing else is one to the eye.
        var name = node.name();
        var at = node;
        while (at.folder()
                && at.children().size() == 1
                && at.children().getFirst().folder()) {
            at = at.children().getFirst();
            name += "/" + at.name();
        }
        var below = path + "/" + name;
        var divided =
                at.folder() && at.children().size() > 1 && area.width() >= LEAST_WIDTH && area.height() >= LEAST_HEIGHT;
        cells.add(new Cell(area, name, below, at, divided, depth));
        if (divided) {
            divide(
                    at,
                    below,
                    new Area(area.x() + GAP, area.y() + HEADER, area.width() - 2 * GAP, area.height() - HEADER - GAP),
                    depth + 1);
        }
    }
}
