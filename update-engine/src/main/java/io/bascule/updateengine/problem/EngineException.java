package io.bascule.updateengine.problem;

import java.io.IOException;

/** Why a verb did not do what it was asked for. What it had begun is undone or harmless, unless the message says more. */
public final class EngineException extends IOException {
    private final Problem problem;
    private final String hint;

    /** @param hint what to do next; may be empty */
    public EngineException(Problem problem, String message, String hint) {
        super(message);
        this.problem = problem;
        this.hint = hint;
    }

    public EngineException(Problem problem, String message, String hint, Throwable cause) {
        this(problem, message, hint);
        initCause(cause);
    }

    public Problem problem() {
        return problem;
    }

    public String hint() {
        return hint;
    }
}
