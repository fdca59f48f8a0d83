package io.bascule.qemuharness.ssh;

import io.bascule.qemuharness.Tools;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** OpenSSH's own server on the loopback, which lets in the user who runs the tests. */
record SshServer(Process process, Path hostKey) implements AutoCloseable {
    static final String USER = System.getProperty("user.name");

    static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Starts it; skips the test, and says why, where that does not work. */
    static SshServer start(Path directory, int port, SshKey user) throws Exception {
        var sshd = Tools.require("sshd");
        var hostKey = directory.resolve("host_key");
        SshKey.generate("host").write(hostKey);
        var users = Files.writeString(directory.resolve("authorized_keys"), user.publicLine() + "\n");
        var configuration = Files.write(
                directory.resolve("sshd_config"),
                List.of(
                        "ListenAddress 127.0.0.1:" + port,
                        "HostKey " + hostKey,
                        "AuthorizedKeysFile " + users,
                        "PidFile none",
                        "PermitRootLogin yes",
                        "StrictModes no"));
        var log = directory.resolve("sshd.log");
        var process = new ProcessBuilder(sshd.toString(), "-D", "-e", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        while (!Files.readString(log).contains("Server listening")) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                Assumptions.abort(
                        "sshd does not run here: " + Files.readString(log).strip());
            }
        }
        return new SshServer(process, hostKey);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }
}
