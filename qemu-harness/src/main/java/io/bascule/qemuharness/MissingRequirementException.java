package io.bascule.qemuharness;

import java.io.IOException;

/** This machine lacks something that running a guest needs: what, and how to get it. */
public final class MissingRequirementException extends IOException {
    private final String problem;
    private final String remedy;

    MissingRequirementException(String problem, String remedy) {
        super(problem + "; " + remedy);
        this.problem = problem;
        this.remedy = remedy;
    }

    /** {@return what is missing or unusable, and why it matters} */
    public String problem() {
        return problem;
    }

    /** {@return what the user can do about it} */
    public String remedy() {
        return remedy;
    }
}
