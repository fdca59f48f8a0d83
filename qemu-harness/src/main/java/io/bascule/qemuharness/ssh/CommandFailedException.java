package io.bascule.qemuharness.ssh;

/** A command on the guest ended with a status that is not 0. */
public final class CommandFailedException extends SshException {
    private final String command;
    private final transient CommandResult result;

    CommandFailedException(String command, CommandResult result) {
        super("'" + command + "' ended with status " + result.exitStatus() + SshSession.describeOutput(result));
        this.command = command;
        this.result = result;
    }

    public String command() {
        return command;
    }

    public CommandResult result() {
        return result;
    }
}
