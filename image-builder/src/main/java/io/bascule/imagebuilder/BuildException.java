package io.bascule.imagebuilder;

import java.io.IOException;
import java.nio.file.FileSystemException;

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

    /**
     * {@return what is said of a failure to read or write}
     *
     * @param room where how much of it is needed, as a clause
     * @param moreRoom what to do if there is too little
     */
    static BuildException ofIo(IOException e, String room, String moreRoom) {
        var message = e.getMessage() == null ? e.toString() : e.getMessage();
        if (message.contains("No space left on device")) {
            return new BuildException(Kind.IO, "the disk is full: " + room, moreRoom, e);
        }
        // Those of files say which one in their message, and what is wrong with it in their name.
        return new BuildException(
                Kind.IO,
                e instanceof FileSystemException ? e.getClass().getSimpleName() + ": " + message : message,
                "",
                e);
    }

    public Kind kind() {
        return kind;
    }

    public String hint() {
        return hint;
    }
}
