package io.bascule.imagebuilder.diff;

import java.util.ArrayList;
import java.util.List;

/** Sentences that text and page have in common. */
final class DiffWords {
    private DiffWords() {}

    static String packages(ImageDiff diff) {
        if (!diff.packagesKnown()) {
            return "not known";
        }
        return counts(count(diff, ChangeKind.CHANGED), count(diff, ChangeKind.ADDED), count(diff, ChangeKind.REMOVED));
    }

    private static long count(ImageDiff diff, ChangeKind kind) {
        return diff.packages().stream().filter(change -> change.kind() == kind).count();
    }

    static String files(ImageDiff diff) {
        return counts(diff.count(ChangeKind.CHANGED), diff.count(ChangeKind.ADDED), diff.count(ChangeKind.REMOVED));
    }

    private static String counts(long changed, long added, long removed) {
        if (changed + added + removed == 0) {
            return "no difference";
        }
        return changed + " changed, " + added + " added, " + removed + " removed";
    }

    /** {@return the words that only one of the command lines has, with a sign, those that went first} */
    static List<String> commandLine(ImageDiff diff) {
        var before = words(diff.before().commandLine());
        var after = words(diff.after().commandLine());
        var changes = new ArrayList<String>();
        var gone = new ArrayList<>(before);
        after.forEach(gone::remove);
        var come = new ArrayList<>(after);
        before.forEach(come::remove);
        gone.forEach(word -> changes.add("- " + VisibleText.of(word)));
        come.forEach(word -> changes.add("+ " + VisibleText.of(word)));
        if (changes.isEmpty() && !before.equals(after)) {
            changes.add("~ the same words in another order");
        }
        return List.copyOf(changes);
    }

    private static List<String> words(String commandLine) {
        return commandLine.isBlank() ? List.of() : List.of(commandLine.strip().split("\\s+"));
    }
}
