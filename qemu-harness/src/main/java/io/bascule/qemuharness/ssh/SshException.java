package io.bascule.qemuharness.ssh;

import java.io.IOException;

/** The connection to a guest failed. */
public sealed class SshException extends IOException permits SshTimeoutException, CommandFailedException {
    SshException(String message) {
        super(message);
    }

    SshException(String message, Throwable cause) {
        super(message, cause);
    }
}
