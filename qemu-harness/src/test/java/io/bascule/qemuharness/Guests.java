package io.bascule.qemuharness;

import io.bascule.partitionlayout.ByteCount;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** What the tests with a real QEMU share. */
final class Guests {
    private Guests() {}

    /** Skips the test, and says why, where guests cannot run. */
    static QemuHost host() throws Exception {
        var missing = QemuRequirements.missing();
        Assumptions.assumeTrue(missing.isEmpty(), () -> "no guest can run here: " + String.join("; ", missing));
        return QemuHost.detect();
    }

    /** {@return a guest that stays in its firmware: up in seconds, and in the firmware's shell after that} */
    static VmConfig firmwareOnly(Path directory) {
        return VmConfig.of("guest", directory)
                .withMemory(ByteCount.ofMiB(128))
                .withCpus(1)
                .withNetwork(Network.none());
    }

    /** {@return whether the process has ended within 20 s} */
    static boolean endsSoon(long pid) throws Exception {
        var process = ProcessHandle.of(pid);
        if (process.isPresent()) {
            try {
                process.get().onExit().get(20, TimeUnit.SECONDS);
            } catch (java.util.concurrent.TimeoutException e) {
                return false;
            }
        }
        return true;
    }
}
