package io.bascule.cli;

/** An end in failure, in words for the person at the terminal. */
public final class CliFailure extends Exception {
    private final ExitCode exitCode;
    private final String hint;

    /** @param hint what to do next; may be empty */
    public CliFailure(ExitCode exitCode, String message, String hint) {
        super(message);
        this.exitCode = exitCode;
        this.hint = hint;
    }

    public CliFailure(ExitCode exitCode, String message, String hint, Throwable cause) {
        this(exitCode, message, hint);
        initCause(cause);
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    public String hint() {
        return hint;
    }
}
