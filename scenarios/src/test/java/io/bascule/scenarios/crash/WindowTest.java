package io.bascule.scenarios.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowTest {
    private static final Window.Effort EFFORT = new Window.Effort(1000, 50);

    @Test
    void everySubsetOfASmallWindow() {
        assertThat(new Window(units(10), new BitSet(), EFFORT).choices(1)).hasSize(1024);
    }

    @Test
    void emptyWindowIsOneState() {
        assertThat(new Window(List.of(), new BitSet(), EFFORT).choices(1)).containsExactly(new BitSet());
    }

    @Test
    void largeWindowLosesAndKeepsEachSectorAndTearsEachWrite() {
        var choices = new Window(units(40), new BitSet(), EFFORT).choices(1);
        for (var i = 0; i < 40; i++) {
            assertThat(choices).contains(bits(0, i), without(40, i), bits(i, i + 1));
        }
        // Units 16 to 31 are one write.
        var torn = bits(0, 40);
        torn.clear(16, 24);
        assertThat(choices).contains(bits(0, 40), torn);
        assertThat(choices.size()).isGreaterThan(3 * 40 + 40);
    }

    @Test
    void sampledWindowKeepsToItsEffort() {
        var choices = new Window(units(1600), new BitSet(), new Window.Effort(20, 30)).choices(1);
        assertThat(choices).contains(new BitSet(), bits(0, 1600)).hasSizeBetween(60, 3 * 21 + 2 * 100 + 30);
    }

    @Test
    void sameSeedChoosesTheSame() {
        var window = new Window(units(40), new BitSet(), EFFORT);
        assertThat(window.choices(7)).isEqualTo(window.choices(7)).isNotEqualTo(window.choices(8));
    }

    @Test
    void whatHadToBeThereIs() {
        var certain = bits(2, 4);
        assertThat(new Window(units(8), certain, EFFORT).choices(1))
                .hasSize(64)
                .allMatch(choice -> choice.get(2) && choice.get(3));
        assertThat(new Window(units(40), certain, EFFORT).choices(1))
                .allMatch(choice -> choice.get(2) && choice.get(3));
    }

    /** Writes of 16 sectors each. */
    private static List<Unit> units(int count) {
        var units = new ArrayList<Unit>();
        for (var i = 0; i < count; i++) {
            units.add(new Unit(i / 16, i, new CrashDisk.Sector(new byte[512], i)));
        }
        return units;
    }

    private static BitSet bits(int from, int to) {
        var bits = new BitSet();
        bits.set(from, to);
        return bits;
    }

    private static BitSet without(int count, int lost) {
        var bits = bits(0, count);
        bits.clear(lost);
        return bits;
    }
}
