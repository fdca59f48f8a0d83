package io.bascule.qemuharness.ssh;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;

/** A connection to a guest by ssh, over a port of the host's loopback. */
public final class SshSession implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final Duration PAUSE = Duration.ofMillis(250);

    /** OpenSSH counts 5 s of penalty for a failed login, and refuses a source that has gathered 15 s. */
    private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofSeconds(5);

    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(30);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(10);

    private final Session session;

    private SshSession(Session session) {
        this.session = session;
    }

    /** Tells whether it still makes sense to wait. */
    @FunctionalInterface
    public interface Liveness {
        /** Throws if what is waited for can no longer come. */
        void check() throws IOException;
    }

    /** As {@link #connect(int, String, SshKey, Duration, Liveness)}, for as long as the limit allows. */
    public static SshSession connect(int port, String user, SshKey key, Duration limit)
            throws IOException, InterruptedException {
        return connect(port, user, key, limit, () -> {});
    }

    /**
     * Tries until the guest lets the user in. Any host key is accepted: see {@link #hostKeyFingerprint}.
     *
     * @param port on 127.0.0.1
     * @param liveness asked between tries
     * @throws SshTimeoutException if nothing works within the limit; it tells why the last try failed
     */
    public static SshSession connect(int port, String user, SshKey key, Duration limit, Liveness liveness)
            throws IOException, InterruptedException {
        var start = System.nanoTime();
        while (true) {
            liveness.check();
            var remaining = limit.minusNanos(System.nanoTime() - start);
            try {
                return new SshSession(attempt(port, user, key, remaining));
            } catch (JSchException e) {
                var reason = reason(e);
                var pause = reason.startsWith("Auth") ? PAUSE_AFTER_REFUSAL : PAUSE;
                if (System.nanoTime() - start + pause.toNanos() >= limit.toNanos()) {
                    throw new SshTimeoutException(
                            user + " cannot log in on port " + port + " within " + limit.toMillis() / 1000.0 + " s: "
                                    + reason,
                            e);
                }
                Thread.sleep(pause);
            }
        }
    }

    /** {@return the SHA-256 fingerprint of the host's key, in the form of {@code ssh-keygen -l}: {@code SHA256:...}} */
    public String hostKeyFingerprint() {
        try {
            var key = Base64.getDecoder().decode(session.getHostKey().getKey());
            var digest = MessageDigest.getInstance("SHA-256").digest(key);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /**
     * Executes a command with the user's shell.
     *
     * @throws SshTimeoutException if it has not ended within the limit; it tells what the command has printed
     */
    public CommandResult exec(String command, Duration limit) throws IOException, InterruptedException {
        var start = System.nanoTime();
        var stdout = new ByteArrayOutputStream();
        var stderr = new ByteArrayOutputStream();
        ChannelExec channel;
        try {
            channel = (ChannelExec) session.openChannel("exec");
        } catch (JSchException e) {
            throw new SshException("'" + command + "' cannot be started: " + reason(e), e);
        }
        try {
            channel.setCommand(command);
            // An input that is at its end: none at all would leave a command that reads waiting.
            channel.setInputStream(InputStream.nullInputStream());
            channel.setOutputStream(stdout);
            channel.setErrStream(stderr);
            channel.connect(millis(limit));
            while (!channel.isClosed()) {
                if (System.nanoTime() - start >= limit.toNanos()) {
                    throw new SshTimeoutException("'" + command + "' has not ended within " + limit.toMillis() / 1000.0
                            + " s" + describeOutput(result(-1, stdout, stderr)));
                }
                Thread.sleep(POLL);
            }
            var result = result(channel.getExitStatus(), stdout, stderr);
            if (result.exitStatus() < 0) {
                throw new SshException("'" + command + "' ended without a status: a signal killed it, or the"
                        + " connection broke" + describeOutput(result));
            }
            return result;
        } catch (JSchException e) {
            throw new SshException("'" + command + "' cannot be started: " + reason(e), e);
        } finally {
            channel.disconnect();
        }
    }

    /**
     * Executes a command that has to succeed.
     *
     * @return its standard output
     * @throws CommandFailedException if its exit status is not 0; it tells what the command has printed
     */
    public String run(String command, Duration limit) throws IOException, InterruptedException {
        var result = exec(command, limit);
        if (result.exitStatus() != 0) {
            throw new CommandFailedException(command, result);
        }
        return result.stdout();
    }

    @Override
    public void close() {
        session.disconnect();
    }

    static String describeOutput(CommandResult result) {
        return describe("stdout", result.stdout()) + describe("stderr", result.stderr());
    }

    private static Session attempt(int port, String user, SshKey key, Duration remaining) throws JSchException {
        var jsch = new JSch();
        jsch.addIdentity(user, key.privateKey(), null, null);
        var session = jsch.getSession(user, HOST, port);
        session.setConfig("StrictHostKeyChecking", "no");
        session.setConfig("PreferredAuthentications", "publickey");
        session.setSocketFactory(new PatientSocketFactory(remaining));
        session.setDaemonThread(true);
        session.setServerAliveInterval(millis(KEEP_ALIVE));
        try {
            session.connect(millis(remaining.compareTo(HANDSHAKE_LIMIT) < 0 ? remaining : HANDSHAKE_LIMIT));
            return session;
        } catch (JSchException e) {
            session.disconnect();
            throw e;
        }
    }

    private static CommandResult result(int status, ByteArrayOutputStream stdout, ByteArrayOutputStream stderr) {
        return new CommandResult(
                status, stdout.toString(StandardCharsets.UTF_8), stderr.toString(StandardCharsets.UTF_8));
    }

    private static String describe(String stream, String text) {
        return text.isBlank()
                ? ""
                : "\n  " + stream + ":\n" + text.strip().indent(4).stripTrailing();
    }

    private static String reason(JSchException e) {
        var message = e.getMessage() == null ? e.toString() : e.getMessage();
        // JSch wraps an IOException and takes its toString as message.
        return e.getCause() == null || e.getCause().getMessage() == null
                ? message
                : String.valueOf(e.getCause().getMessage());
    }

    /** {@return a limit as JSch takes it: in milliseconds, and at least 1, since 0 means none} */
    private static int millis(Duration limit) {
        return Math.toIntExact(Math.clamp(limit.toMillis(), 1, Integer.MAX_VALUE));
    }
}
