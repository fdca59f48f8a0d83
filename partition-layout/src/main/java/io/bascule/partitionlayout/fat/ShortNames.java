package io.bascule.partitionlayout.fat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;

/**
 * Gives every name of a directory its short name. The same names get the same ones, in whatever order they were added:
 * those that are short names themselves come first, the others take the first free number in sorted order.
 */
final class ShortNames {
    private ShortNames() {}

    /** {@return the short names, in the order of {@code names}, which is sorted} */
    static SequencedMap<String, ShortName> of(SequencedSet<String> names) {
        var result = new LinkedHashMap<String, ShortName>();
        var taken = new HashSet<ShortName>();
        for (var name : names) {
            ShortName.of(name).ifPresent(taken::add);
        }
        // Where to go on counting, by what an alias would be: large directories of similar names stay fast.
        var next = new HashMap<ShortName, Integer>();
        for (var name : names) {
            result.put(name, ShortName.of(name).orElseGet(() -> alias(name, taken, next)));
        }
        return result;
    }

    private static ShortName alias(String name, Set<ShortName> taken, Map<ShortName, Integer> next) {
        var family = ShortName.alias(name, 1);
        var number = next.getOrDefault(family, 1);
        while (!taken.add(ShortName.alias(name, number))) {
            number++;
        }
        next.put(family, number + 1);
        return ShortName.alias(name, number);
    }
}
