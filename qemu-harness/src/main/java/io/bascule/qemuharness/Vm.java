package io.bascule.qemuharness;

import io.bascule.qemuharness.faultdisk.CutPolicy;
import io.bascule.qemuharness.faultdisk.FaultDisk;
import io.bascule.qemuharness.faultdisk.PowerLoss;
import io.bascule.qemuharness.ssh.SshKey;
import io.bascule.qemuharness.ssh.SshSession;
import io.bascule.qemuharness.ssh.SshTimeoutException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A running virtual machine. It ends with {@link #close}, and in any case with this JVM.
 *
 * <p>Every wait has a limit and throws a {@link VmTimeoutException} when that has passed, or a {@link
 * VmExitedException} as soon as QEMU has ended; both show the end of the console.
 */
public final class Vm implements AutoCloseable {
    private static final Duration QUIT_LIMIT = Duration.ofSeconds(5);
    private static final Pattern SSH_FORWARD =
            Pattern.compile("HOST_FORWARD\\]\\s+\\d+\\s+\\S+\\s+(\\d+)\\s+\\S+\\s+22\\s");

    private final VmProcess process;
    private final Qmp qmp;
    private final long pid;
    private final OptionalInt sshPort;

    private Vm(VmProcess process, Qmp qmp, long pid, OptionalInt sshPort) {
        this.process = process;
        this.qmp = qmp;
        this.pid = pid;
        this.sshPort = sshPort;
    }

    /**
     * Starts a VM with what {@link QemuHost#detect} finds.
     *
     * @throws MissingRequirementException if this machine cannot run VMs
     * @throws VmExitedException if QEMU does not start; it tells what QEMU said
     */
    public static Vm start(VmConfig config) throws IOException, InterruptedException {
        return start(config, QemuHost.detect());
    }

    /** As {@link #start(VmConfig)}, with a QEMU, firmware and accelerator of the caller's choice. */
    public static Vm start(VmConfig config, QemuHost host) throws IOException, InterruptedException {
        var directory = VmDirectory.create(config, host.firmware());
        var oemStrings = directory.writeOemStrings(config.credentials());
        var command = CommandLine.unattended(host, config, directory, oemStrings);
        var powerOnNanos = System.nanoTime();
        var guarded = GuardedProcess.start(command, directory.scratch(), directory.qemuOutput());
        try {
            var console = Console.follow(directory.serialLog(), powerOnNanos, guarded::isAlive);
            var process = new VmProcess(config.name(), directory, guarded, console);
            var qmp = process.connect();
            var pid = Long.parseLong(Files.readString(directory.pidFile()).strip());
            return new Vm(process, qmp, pid, sshPort(qmp, config.network()));
        } catch (IOException | InterruptedException | RuntimeException e) {
            guarded.kill();
            throw e;
        }
    }

    /** {@return the port on 127.0.0.1 that leads to the guest's ssh, if the network is {@link Network.User}} */
    static OptionalInt sshPort(Qmp qmp, Network network) throws IOException, InterruptedException {
        return switch (network) {
            case Network.None none -> OptionalInt.empty();
            case Network.User user -> {
                // Only the monitor for people knows which port QEMU got when it was left the choice.
                var answer = qmp.execute("human-monitor-command", Map.of("command-line", "info usernet"))
                        .asText();
                var forward = SSH_FORWARD.matcher(answer);
                if (!forward.find()) {
                    throw new IOException(
                            "QEMU does not tell how it forwards port " + user.sshPort() + " to ssh, but: " + answer);
                }
                yield OptionalInt.of(Integer.parseInt(forward.group(1)));
            }
        };
    }

    public String name() {
        return process.name();
    }

    /** {@return the directory of this start, with {@code serial.log}, {@code qemu.out} and {@code variables.fd}} */
    public Path directory() {
        return process.directory().path();
    }

    public Console console() {
        return process.console();
    }

    /** {@return QEMU's machine protocol, for what has no method here} */
    public Qmp qmp() {
        return qmp;
    }

    /** {@return the process id of QEMU} */
    public long pid() {
        return pid;
    }

    public boolean isRunning() {
        return process.process().isAlive();
    }

    /** As {@link #awaitLine(Pattern, ConsoleMark, Duration)}, from power-on. */
    public ConsoleLine awaitLine(Pattern pattern, Duration limit) throws IOException, InterruptedException {
        return awaitLine(pattern, ConsoleMark.POWER_ON, limit);
    }

    /**
     * Waits for a line of the console in which the pattern is found; it need not be finished, since a prompt has no end.
     *
     * @param from where to start looking: a {@link Console#mark} taken before a reboot keeps the lines of the earlier
     *     boot from being found
     */
    public ConsoleLine awaitLine(Pattern pattern, ConsoleMark from, Duration limit)
            throws IOException, InterruptedException {
        return process.awaitLine(pattern, from, limit);
    }

    /** {@return QEMU's run state, like {@code running}, {@code paused} or {@code internal-error}} */
    public String status() throws IOException, InterruptedException {
        return qmp.execute("query-status").path("status").asText();
    }

    /** {@return the port on 127.0.0.1 that leads to the guest's port 22} */
    public int sshPort() {
        return sshPort.orElseThrow(() -> new IllegalStateException(name() + " has no network"));
    }

    /** Waits until the guest lets {@code user} in with this key, and runs no command yet. */
    public SshSession ssh(String user, SshKey key, Duration limit) throws IOException, InterruptedException {
        try {
            return SshSession.connect(sshPort(), user, key, limit, () -> {
                if (!isRunning()) {
                    throw process.exited("ssh answered");
                }
            });
        } catch (SshTimeoutException e) {
            var failure = process.timedOut("ssh as " + user + " (" + e.getMessage() + ")", limit);
            failure.initCause(e);
            throw failure;
        }
    }

    /** Presses the reset button. */
    public void reset() throws IOException, InterruptedException {
        qmp.execute("system_reset");
    }

    /**
     * Waits until the guest has switched itself off or QEMU has ended otherwise.
     *
     * @return QEMU's exit status, or 128 + the number of the signal that ended it
     */
    public int awaitExit(Duration limit) throws VmTimeoutException, InterruptedException {
        return process.awaitExit(limit);
    }

    /**
     * Presses the power button, and pulls the plug if the guest is not off within the limit.
     *
     * @return whether the guest has switched itself off
     */
    public boolean powerOff(Duration limit) throws IOException, InterruptedException {
        try {
            qmp.execute("system_powerdown");
        } catch (QmpException e) {
            if (isRunning()) {
                throw e;
            }
        }
        var obeyed = process.process().waitFor(limit);
        if (!obeyed) {
            quit();
        }
        return obeyed;
    }

    /** Ends QEMU with SIGKILL. What it had not written to a qcow2 disk is lost. */
    public void kill() throws IOException, InterruptedException {
        process.kill();
    }

    /**
     * Cuts the power of the guest and of its disk, which is served over NBD: first the disk's, so that nothing can reach it
     * that the guest, or QEMU, does in its last moments. In those the guest may see errors of its disk. A new VM over the
     * same server, after {@link FaultDisk#powerOn}, is what comes up when the power is back.
     *
     * @return what was lost
     */
    public PowerLoss cutPower(FaultDisk disk, CutPolicy policy) throws IOException, InterruptedException {
        try {
            return disk.cutPower(policy);
        } finally {
            kill();
        }
    }

    /** Ends QEMU, which writes first what it holds of its disks; the guest notices nothing. */
    @Override
    public void close() throws IOException {
        try (qmp) {
            quit();
        } catch (InterruptedException e) {
            process.process().kill();
            Thread.currentThread().interrupt();
        }
    }

    private void quit() throws IOException, InterruptedException {
        if (isRunning()) {
            try {
                qmp.execute("quit");
                process.process().waitFor(QUIT_LIMIT);
            } catch (QmpException e) {
                // It has ended just now, or hangs: both are settled by the kill.
            }
        }
        kill();
    }

    VmEvidence evidence() {
        return process.evidence();
    }
}
