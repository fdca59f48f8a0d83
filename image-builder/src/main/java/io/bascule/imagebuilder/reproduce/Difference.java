package io.bascule.imagebuilder.reproduce;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The first difference between two files of the same name.
 *
 * @param file its name in the release folder
 * @param offset of the first byte that is different, from the start of the file; -1 if one release lacks the file
 * @param problem what is different, beyond one byte: a size, a missing file; else empty
 * @param owners what the byte belongs to in the first release, from the outermost structure to the innermost
 */
public record Difference(String file, long offset, String problem, List<Owner> owners) {
    public Difference {
        owners = List.copyOf(owners);
    }

    static Difference missing(String file, String problem) {
        return new Difference(file, -1, problem, List.of());
    }

    /** {@return the difference as a line for people} */
    public String describe() {
        var text = new StringBuilder(file).append(": ");
        if (offset < 0) {
            return text.append(problem).toString();
        }
        text.append(String.format(Locale.ROOT, "first difference at byte %d (0x%x)", offset, offset));
        if (!owners.isEmpty()) {
            text.append(": ").append(owners.stream().map(Owner::describe).collect(Collectors.joining("; in it ")));
        }
        return text.append(problem.isEmpty() ? "" : "; " + problem).toString();
    }
}
