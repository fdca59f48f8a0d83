package io.bascule.qemuharness;

import java.io.IOException;

/** QEMU refused a command of its machine protocol, or did not answer it. */
public final class QmpException extends IOException {
    private final String command;

    QmpException(String command, String problem) {
        super("QMP command " + command + ": " + problem);
        this.command = command;
    }

    public String command() {
        return command;
    }
}
