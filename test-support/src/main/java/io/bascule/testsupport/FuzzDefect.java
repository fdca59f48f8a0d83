package io.bascule.testsupport;

import org.jspecify.annotations.Nullable;

/** What a parser must not do, done. */
public final class FuzzDefect extends AssertionError {
    private final byte[] input;

    FuzzDefect(String message, byte[] input, @Nullable Throwable cause) {
        super(message, cause);
        this.input = input.clone();
    }

    /** {@return what the parser was given} */
    byte[] input() {
        return input.clone();
    }

    /** {@return where it happened: the same for inputs that show the same defect, most of the time} */
    String place() {
        var cause = getCause();
        if (cause == null) {
            return String.valueOf(getMessage());
        }
        var place = new StringBuilder(cause.getClass().getName());
        var frames = cause.getStackTrace();
        for (var i = 0; i < Math.min(4, frames.length); i++) {
            place.append(' ').append(frames[i].getClassName()).append(':').append(frames[i].getLineNumber());
        }
        return place.toString();
    }
}
