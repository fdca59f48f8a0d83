package io.bascule.qemuharness;

import java.io.IOException;

/** A VM that did not do what was waited for. */
public abstract sealed class VmException extends IOException permits VmTimeoutException, VmExitedException {
    private final transient VmEvidence evidence;

    VmException(String problem, VmEvidence evidence) {
        super(evidence.vmName() + ": " + problem + evidence.describe());
        this.evidence = evidence;
    }

    /** {@return the console's last lines and where to find the rest} */
    public VmEvidence evidence() {
        return evidence;
    }
}
