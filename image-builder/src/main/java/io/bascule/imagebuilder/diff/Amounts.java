package io.bascule.imagebuilder.diff;

import io.bascule.partitionlayout.ByteCount;
import java.util.Locale;

/** Sizes and differences of sizes, for people. */
final class Amounts {
    private Amounts() {}

    static String size(long bytes) {
        return new ByteCount(bytes).toString();
    }

    /** {@return a difference with its sign} */
    static String growth(long bytes) {
        return bytes == 0 ? "0" : (bytes > 0 ? "+" : "-") + size(Math.abs(bytes));
    }

    /** {@return by how much {@code after} is more than {@code before}, in bytes and as a part of it} */
    static String growth(long before, long after) {
        return before == after || before == 0
                ? growth(after - before)
                : growth(after - before) + " (" + percent(before, after) + ")";
    }

    private static String percent(long before, long after) {
        var percent = 100.0 * (after - before) / before;
        var text = String.format(Locale.ROOT, "%.1f %%", Math.abs(percent));
        return (percent < 0 ? "-" : "+") + text;
    }

    static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
