package io.bascule.scenarios.catalogue;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What somebody may have meant who mistyped a name. */
public final class Suggestion {
    private static final int PARTS = 3;

    private Suggestion() {}

    /** {@return the name that differs least, if at most a third of it is different} */
    public static Optional<String> of(String typed, List<String> names) {
        return names.stream()
                .min(Comparator.comparingInt(name -> distance(typed, name)))
                .filter(name -> distance(typed, name) * PARTS <= name.length());
    }

    /** {@return how many letters must be put in, taken out or changed to come from one to the other (Levenshtein)} */
    private static int distance(String from, String to) {
        var row = new int[to.length() + 1];
        for (var column = 0; column < row.length; column++) {
            row[column] = column;
        }
        for (var line = 1; line <= from.length(); line++) {
            var diagonal = row[0];
            row[0] = line;
            for (var column = 1; column < row.length; column++) {
                var changed = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(changed, 1 + Math.min(row[column - 1], row[column]));
            }
        }
        return row[to.length()];
    }
}
