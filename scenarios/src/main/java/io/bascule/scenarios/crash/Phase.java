package io.bascule.scenarios.crash;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a recorded host is doing from a mark on, and what may come of a power cut in it.
 *
 * @param name words with dashes
 * @param allowed versions that may come up
 * @param trial the version that may turn out bad, and another must come up then
 * @param renaming whether a name changes that belongs to what must stay bootable, so that the second chance may be lost
 */
public record Phase(String name, Set<String> allowed, Optional<String> trial, boolean renaming) {
    private static final Pattern MARK =
            Pattern.compile("phase (\\S+) allowed=(\\S+) trial=(\\S*) renaming=(true|false)");

    /** {@return a phase in which no release is on trial} */
    public static Phase of(String name, String... allowed) {
        return new Phase(name, new TreeSet<>(Arrays.asList(allowed)), Optional.empty(), false);
    }

    public Phase withTrial(String version) {
        return new Phase(name, allowed, Optional.of(version), renaming);
    }

    public Phase whileRenaming() {
        return new Phase(name, allowed, trial, true);
    }

    /** {@return the text of the mark with which it begins in a trace} */
    public String mark() {
        return "phase " + name + " allowed=" + allowed.stream().collect(Collectors.joining(",")) + " trial="
                + trial.orElse("") + " renaming=" + renaming;
    }

    /** {@return the phase that begins with a mark, if one does} */
    static Optional<Phase> parse(String mark) {
        var match = MARK.matcher(mark);
        return match.matches()
                ? Optional.of(new Phase(
                        match.group(1),
                        new TreeSet<>(Arrays.asList(match.group(2).split(","))),
                        Optional.of(match.group(3)).filter(text -> !text.isEmpty()),
                        match.group(4).equals("true")))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return name;
    }
}
