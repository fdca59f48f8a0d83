package io.bascule.imagebuilder.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Draws areas that are as large as what they stand for. */
class TreemapTest {
    private static SizeNode leaf(String name, long bytes) {
        return new SizeNode(name, bytes, bytes, false, false, List.of());
    }

    private static SizeNode folder(String name, List<SizeNode> children) {
        var bytes = children.stream().mapToLong(SizeNode::after).sum();
        return new SizeNode(name, bytes, bytes, false, true, children);
    }

    private static SizeNode random(Random random, int depth) {
        var children = new ArrayList<SizeNode>();
        for (var i = 0; i < 2 + random.nextInt(12); i++) {
            children.add(
                    depth > 0 && random.nextInt(3) == 0
                            ? random(random, depth - 1)
                            : leaf("f" + i, random.nextInt(1 << random.nextInt(25))));
        }
        return folder("d", children);
    }

    @Test
    void isTheExampleOfItsInventors() {
        // Section 3.1 of the paper: 6x4, of which the first row is 6 and 6 on the left, and the second 4 and 3 above.
        var areas = new long[] {6, 6, 4, 3, 2, 2, 1};
        var children = new ArrayList<SizeNode>();
        for (var i = 0; i < areas.length; i++) {
            children.add(leaf("n" + i, areas[i]));
        }
        var cells = Treemap.layout(folder("usr", children), 600, 400);
        assertThat(cells.get(0).area()).isEqualTo(new Treemap.Area(0, 0, 300, 200));
        assertThat(cells.get(1).area()).isEqualTo(new Treemap.Area(0, 200, 300, 200));
        assertThat(cells.get(2).area().x()).isEqualTo(300);
        assertThat(cells.get(2).area().height()).isCloseTo(700 / 3.0, within(0.01));
        assertThat(cells.get(3).area().y()).isEqualTo(cells.get(2).area().y());
    }

    @Test
    void fillsItsPlaceWithoutOverlapsInProportion() {
        for (var seed = 0; seed < 200; seed++) {
            var root = random(new Random(seed), 3);
            if (root.after() == 0) {
                continue;
            }
            var cells = Treemap.layout(root, 1200, 600);
            var outermost = cells.stream().filter(cell -> cell.depth() == 0).toList();
            var sum = 0.0;
            for (var cell : outermost) {
                assertThat(cell.area().size())
                        .as("seed %d, %s", seed, cell)
                        .isCloseTo(1200.0 * 600 * cell.node().after() / root.after(), within(0.5));
                sum += cell.area().size();
            }
            assertThat(sum).isCloseTo(1200 * 600, within(1.0));
            for (var one : cells) {
                assertThat(one.area().x()).isGreaterThanOrEqualTo(-0.01);
                assertThat(one.area().x() + one.area().width()).isLessThanOrEqualTo(1200.01);
                assertThat(one.area().y() + one.area().height()).isLessThanOrEqualTo(600.01);
            }
            for (var i = 0; i < outermost.size(); i++) {
                for (var j = i + 1; j < outermost.size(); j++) {
                    assertThat(overlap(outermost.get(i).area(), outermost.get(j).area()))
                            .as("seed %d", seed)
                            .isLessThan(0.01);
                }
            }
        }
    }

    private static double overlap(Treemap.Area one, Treemap.Area other) {
        var width = Math.min(one.x() + one.width(), other.x() + other.width()) - Math.max(one.x(), other.x());
        var height = Math.min(one.y() + one.height(), other.y() + other.height()) - Math.max(one.y(), other.y());
        return Math.max(0, width) * Math.max(0, height);
    }

    @Test
    void putsWhatIsTooSmallTogetherAndLeavesOutWhatIsGone() {
        var children = new ArrayList<>(List.of(leaf("large", 1_000_000)));
        for (var i = 0; i < 50; i++) {
            children.add(leaf("small" + i, 1));
        }
        children.add(new SizeNode("gone", 5_000_000, 0, true, false, List.of()));
        assertThat(Treemap.layout(folder("usr", children), 1200, 600))
                .extracting(Treemap.Cell::name)
                .containsExactly("large", "50 small ones");
        assertThat(Treemap.layout(folder("usr", List.of()), 10, 10)).isEmpty();
    }

    @Test
    void namesAFolderWithNothingButAFolderTogetherWithIt() {
        var inner = folder("c", List.of(leaf("x", 50), leaf("y", 50)));
        var root = folder("usr", List.of(folder("a", List.of(folder("b", List.of(inner)))), leaf("z", 50)));
        assertThat(Treemap.layout(root, 1200, 600))
                .extracting(Treemap.Cell::path)
                .containsExactly("/usr/a/b/c", "/usr/a/b/c/x", "/usr/a/b/c/y", "/usr/z");
    }

    @Test
    void coloursByWhichWayAndHowFar() {
        assertThat(fill(0, 5, true)).isEqualTo("new");
        assertThat(fill(1000, 1001, true)).isEqualTo("grown1");
        assertThat(fill(1000, 1100, true)).isEqualTo("grown2");
        assertThat(fill(1000, 2000, true)).isEqualTo("grown3");
        assertThat(fill(1000, 999, true)).isEqualTo("shrunk1");
        assertThat(fill(1000, 500, true)).isEqualTo("shrunk3");
        assertThat(fill(1000, 1000, true)).isEqualTo("rewritten");
        assertThat(fill(1000, 1000, false)).isEqualTo("same");
    }

    private static String fill(long before, long after, boolean changed) {
        return TreemapSvg.fill(new SizeNode("n", before, after, changed, false, List.of()));
    }
}
