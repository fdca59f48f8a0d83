package io.bascule.scenarios.script;

/** A scenario did not go as it must. The message is the line that matters: what was to be, and what was found. */
public final class ScenarioFailure extends Exception {
    public ScenarioFailure(String message) {
        super(message);
    }

    public ScenarioFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
