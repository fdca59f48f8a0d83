package io.bascule.qemuharness;

/** QEMU ended while something was waited for. */
public final class VmExitedException extends VmException {
    private final String waitedFor;
    private final int exitStatus;

    VmExitedException(String waitedFor, int exitStatus, VmEvidence evidence) {
        super("QEMU ended with status " + exitStatus + " before " + waitedFor, evidence);
        this.waitedFor = waitedFor;
        this.exitStatus = exitStatus;
    }

    public String waitedFor() {
        return waitedFor;
    }

    /** {@return QEMU's exit status, or 128 + the number of the signal that ended it} */
    public int exitStatus() {
        return exitStatus;
    }
}
