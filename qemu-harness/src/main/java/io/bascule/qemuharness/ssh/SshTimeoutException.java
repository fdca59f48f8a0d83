package io.bascule.qemuharness.ssh;

/** The guest did not let us in, or did not finish a command, within the limit. */
public final class SshTimeoutException extends SshException {
    SshTimeoutException(String message) {
        super(message);
    }

    SshTimeoutException(String message, Throwable cause) {
        super(message, cause);
    }
}
