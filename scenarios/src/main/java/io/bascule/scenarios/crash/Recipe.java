package io.bascule.scenarios.crash;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.regex.Pattern;

/**
 * How to make a state again, in one line: {@code scenario=update filler=2 seed=1 event=57 window=[0-3,5]}.
 *
 * @param filler see {@link CrashHost#install}
 * @param seed of the run that found it
 * @param event the first one that the disk was not told any more
 * @param window which sectors are there of those that were written and not flushed by then
 */
public record Recipe(Scenario scenario, int filler, long seed, int event, BitSet window) {
    private static final Pattern TEXT = Pattern.compile(
            "scenario=(\\S+) filler=(\\d{1,2}) seed=(-?\\d{1,18}) event=(\\d{1,9}) window=\\[([0-9,-]*)]");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");
    private static final int MOST_UNITS = 10_000_000;

    /** @throws IllegalArgumentException if the text is none; the message says what is wrong with it */
    public static Recipe parse(String text) {
        var match = TEXT.matcher(text.strip());
        if (!match.matches()) {
            throw new IllegalArgumentException("not a recipe: '" + text
                    + "' (a recipe looks like: scenario=update filler=0 seed=1 event=57 window=[0-3,5])");
        }
        var window = new BitSet();
        for (var part :
                match.group(5).isEmpty() ? new String[0] : match.group(5).split(",", -1)) {
            var range = RANGE.matcher(part);
            if (!range.matches()) {
                throw new IllegalArgumentException("not a recipe: '" + part + "' in its window is no number or range");
            }
            var from = Integer.parseInt(range.group(1));
            var to = range.group(2) == null ? from : Integer.parseInt(range.group(2));
            if (to < from || to > MOST_UNITS) {
                throw new IllegalArgumentException("not a recipe: '" + part + "' in its window is no range");
            }
            window.set(from, to + 1);
        }
        return new Recipe(
                Scenario.parse(match.group(1)),
                Integer.parseInt(match.group(2)),
                Long.parseLong(match.group(3)),
                Integer.parseInt(match.group(4)),
                window);
    }

    @Override
    public String toString() {
        var ranges = new ArrayList<String>();
        for (var from = window.nextSetBit(0); from >= 0; ) {
            var end = window.nextClearBit(from);
            ranges.add(end - 1 == from ? Integer.toString(from) : from + "-" + (end - 1));
            from = window.nextSetBit(end);
        }
        return "scenario=" + scenario.text() + " filler=" + filler + " seed=" + seed + " event=" + event + " window=["
                + String.join(",", ranges) + "]";
    }
}
