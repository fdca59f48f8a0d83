package io.bascule.qemuharness.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bascule.qemuharness.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshSessionTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private Path directory;

    private final SshKey key = SshKey.generate("test");

    @Test
    void givesUpOnAPortWithoutServer() throws Exception {
        var port = SshServer.freePort();

        assertThatThrownBy(() -> SshSession.connect(port, "root", key, SHORT))
                .isInstanceOf(SshTimeoutException.class)
                .hasMessage("root cannot log in on port " + port + " within 0.3 s: Connection refused");
    }

    @Test
    void givesUpOnAServerThatSaysNothing() throws Exception {
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var port = silent.getLocalPort();

            assertThatThrownBy(() -> SshSession.connect(port, "root", key, SHORT))
                    .isInstanceOf(SshTimeoutException.class)
                    .hasMessage("root cannot log in on port " + port + " within 0.3 s: nobody answers");
        }
    }

    @Test
    void doesNotWaitForWhatCanNoLongerCome() throws Exception {
        var port = SshServer.freePort();

        assertThatThrownBy(() -> SshSession.connect(port, "root", key, LONG, () -> {
                    throw new IOException("it is dead");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("it is dead");
    }

    @Test
    void waitsForAServerThatComesLater() throws Exception {
        Tools.require("sshd");
        var port = SshServer.freePort();
        var tried = new CompletableFuture<Boolean>();
        var session = CompletableFuture.supplyAsync(() -> {
            try {
                return SshSession.connect(port, SshServer.USER, key, LONG, () -> tried.complete(true));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        tried.get();
        try (var server = SshServer.start(directory, port, key);
                var connected = session.get()) {
            assertThat(connected.run("echo up", LONG)).isEqualTo("up\n");
            assertThat(server.process().isAlive()).isTrue();
        }
    }

    @Test
    void tellsHowACommandEnded() throws Exception {
        withSession((server, session) -> {
            assertThat(session.exec("echo out; echo err \u00e4 >&2; exit 3", LONG))
                    .isEqualTo(new CommandResult(3, "out\n", "err \u00e4\n"));
            assertThat(session.exec("true", LONG)).isEqualTo(new CommandResult(0, "", ""));
        });
    }

    @Test
    void takesLargeOutput() throws Exception {
        withSession((server, session) -> assertThat(session.run("head -c 3000000 /dev/zero | tr '\\0' x", LONG))
                .isEqualTo("x".repeat(3_000_000)));
    }

    @Test
    void givesACommandNoInputToWaitFor() throws Exception {
        withSession((server, session) -> assertThat(session.run("cat", LONG)).isEmpty());
    }

    @Test
    void failureOfACommandShowsItsOutput() throws Exception {
        withSession((server, session) -> {
            var failure = catchThrowableOfType(
                    CommandFailedException.class, () -> session.run("echo half; echo no such unit >&2; exit 5", LONG));

            assertThat(failure).hasMessage("""
                    'echo half; echo no such unit >&2; exit 5' ended with status 5
                      stdout:
                        half
                      stderr:
                        no such unit""");
            assertThat(failure.result().exitStatus()).isEqualTo(5);
        });
    }

    @Test
    void timeoutOfACommandShowsItsOutput() throws Exception {
        withSession((server, session) -> {
            assertThatThrownBy(() -> session.exec("echo begun; exec sleep 60", Duration.ofSeconds(1)))
                    .isInstanceOf(SshTimeoutException.class)
                    .hasMessage("""
                            'echo begun; exec sleep 60' has not ended within 1.0 s
                              stdout:
                                begun""");
            assertThat(session.run("echo still usable", LONG)).isEqualTo("still usable\n");
        });
    }

    @Test
    void tellsThatTheConnectionBroke() throws Exception {
        withSession((server, session) -> {
            assertThatThrownBy(() -> session.exec("kill -9 $PPID; sleep 60", LONG))
                    .isInstanceOf(SshException.class)
                    .hasMessageContaining("ended without a status: a signal killed it, or the connection broke");
            assertThatThrownBy(() -> session.exec("true", LONG))
                    .isInstanceOf(SshException.class)
                    .hasMessageContaining("'true' cannot be started");
        });
    }

    @Test
    void tellsTheFingerprintThatSshKeygenTells() throws Exception {
        withSession((server, session) -> assertThat(
                        Tools.output("ssh-keygen", "-l", "-f", server.hostKey().toString()))
                .contains(" " + session.hostKeyFingerprint() + " "));
    }

    @Test
    void isNotLetInWithAnotherKey() throws Exception {
        var port = SshServer.freePort();
        try (var server = SshServer.start(directory, port, key)) {
            assertThat(server.process().isAlive()).isTrue();
            assertThatThrownBy(() -> SshSession.connect(
                                    port, SshServer.USER, SshKey.generate("other"), Duration.ofSeconds(3))
                            .close())
                    .isInstanceOf(SshTimeoutException.class)
                    .hasMessageContaining("within 3.0 s: Auth fail");
        }
    }

    @Test
    void theSshCommandAcceptsTheWrittenKey() throws Exception {
        var ssh = Tools.require("ssh").toString();
        var port = SshServer.freePort();
        var file = directory.resolve("user_key");
        key.write(file);
        try (var server = SshServer.start(directory, port, key)) {
            assertThat(server.process().isAlive()).isTrue();
            assertThat(Tools.output(
                            ssh,
                            "-F",
                            "none",
                            "-o",
                            "LogLevel=ERROR",
                            "-o",
                            "StrictHostKeyChecking=no",
                            "-o",
                            "UserKnownHostsFile=/dev/null",
                            "-o",
                            "BatchMode=yes",
                            "-o",
                            "IdentitiesOnly=yes",
                            "-i",
                            file.toString(),
                            "-p",
                            Integer.toString(port),
                            SshServer.USER + "@127.0.0.1",
                            "echo in"))
                    .isEqualTo("in\n");
        }
    }

    private interface Check {
        void on(SshServer server, SshSession session) throws Exception;
    }

    private void withSession(Check check) throws Exception {
        var port = SshServer.freePort();
        try (var server = SshServer.start(directory, port, key);
                var session = SshSession.connect(port, SshServer.USER, key, LONG)) {
            check.on(server, session);
        }
    }
}
