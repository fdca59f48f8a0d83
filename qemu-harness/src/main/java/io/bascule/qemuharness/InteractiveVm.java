package io.bascule.qemuharness;

import java.io.IOException;
import java.time.Duration;
import java.util.function.IntConsumer;

/** A virtual machine whose serial console is on the user's terminal. Ctrl-A x ends it, Ctrl-A c is QEMU's monitor. */
public final class InteractiveVm {
    private static final Duration QMP_LIMIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(50);

    private InteractiveVm() {}

    /**
     * Runs a VM until it switches itself off or the user ends it. Like a {@link Vm} it ends with this JVM.
     *
     * @param onSshPort is told the port on 127.0.0.1 that leads to the guest's ssh, once, from another thread, shortly
     *     after the start; not called if there is no network
     * @return QEMU's exit status, or 128 + the number of the signal that ended it
     */
    public static int run(VmConfig config, IntConsumer onSshPort) throws IOException, InterruptedException {
        return run(config, QemuHost.detect(), onSshPort);
    }

    /** As {@link #run(VmConfig, IntConsumer)}, with a QEMU, firmware and accelerator of the caller's choice. */
    public static int run(VmConfig config, QemuHost host, IntConsumer onSshPort)
            throws IOException, InterruptedException {
        var directory = VmDirectory.create(config, host.firmware());
        var oemStrings = directory.writeOemStrings(config.credentials());
        var command = CommandLine.interactive(host, config, directory, oemStrings);
        var process = GuardedProcess.startOnTerminal(command, directory.scratch());
        var announcer = Thread.ofVirtual().start(() -> announce(config.network(), directory, onSshPort));
        try {
            return process.waitFor();
        } finally {
            announcer.interrupt();
            process.kill();
        }
    }

    private static void announce(Network network, VmDirectory directory, IntConsumer onSshPort) {
        var deadline = Deadline.in(QMP_LIMIT);
        while (!deadline.hasPassed()) {
            try (var qmp = Qmp.connect(directory.qmpSocket())) {
                Vm.sshPort(qmp, network).ifPresent(onSshPort);
                return;
            } catch (IOException e) {
                // QEMU does not listen yet. If it never does, the user sees why on the terminal.
            } catch (InterruptedException e) {
                return;
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
