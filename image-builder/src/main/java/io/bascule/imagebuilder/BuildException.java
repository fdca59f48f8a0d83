package io.bascule.imagebuilder;

/** A build that cannot go on, in words for the person who started it: what failed and where, and what to do next. */
public final class BuildException extends Exception {
    /** Why, as far as a script wants to know: each becomes an exit code of its own. */
    public enum Kind {
        /** The board, the version or another input is wrong; the same call fails again. */
        BAD_INPUT,
        /** A program that the build needs is missing, too old, or ended in error. */
        MISSING_TOOL,
        /** Reading or writing failed: a full disk, a mirror that does not answer. */
        IO
    }

    private final Kind kind;
    private final String hint;

    /** @param hint what to do next; may be empty when the message says it all */
    public BuildException(Kind kind, String message, String hint) {
        super(message);
        this.kind = kind;
        this.hint = hint;
    }

    public BuildException(Kind kind, String message, String hint, Throwable cause) {
        this(kind, message, hint);
        initCause(cause);
    }

    public static BuildException badInput(String message, String hint) {
        return new BuildException(Kind.BAD_INPUT, message, hint);
    }

    public Kind kind() {
        return kind;
    }

    public String hint() {
        return hint;
    }
}
