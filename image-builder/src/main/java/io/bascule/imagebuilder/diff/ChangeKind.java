package io.bascule.imagebuilder.diff;

import java.util.Locale;

/** What happened to a thing, in the order of lists. */
public enum ChangeKind {
    CHANGED,
    ADDED,
    REMOVED;

    /** {@return the word for people and for JSON} */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
