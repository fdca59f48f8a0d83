package io.bascule.qemuharness;

import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out whether KVM runs a real guest here. That {@code /dev/kvm} exists proves nothing. */
final class AcceleratorProbe {
    /** Set to {@code kvm} or {@code tcg}, it takes the place of the probe. */
    static final String OVERRIDE = "BASCULE_ACCEL";

    /** What the firmware prints when it has come as far as looking for something to boot. */
    static final Pattern FIRMWARE_IS_UP = Pattern.compile("BdsDxe: (loading|starting|failed)");

    private static final Path KVM_DEVICE = Path.of("/dev/kvm");
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(200);

    private AcceleratorProbe() {}

    /**
     * @param accelerator what to use
     * @param reason why, in words for people
     */
    record Verdict(Accelerator accelerator, String reason) {}

    static Verdict probe(Qemu qemu, Firmware firmware) throws InterruptedException {
        var chosen = override(System.getenv(OVERRIDE));
        return chosen.isPresent() ? chosen.get() : probeDevice(qemu, firmware);
    }

    static Optional<Verdict> override(@Nullable String value) {
        if (value == null || value.isBlank()) {
            return Optional.empty();
        }
        var accelerator = switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "kvm" -> Accelerator.KVM;
            case "tcg" -> Accelerator.TCG;
            default ->
                throw new IllegalArgumentException(
                        "the environment variable " + OVERRIDE + " must be kvm or tcg, not '" + value + "'");
        };
        return Optional.of(new Verdict(accelerator, OVERRIDE + "=" + value.strip() + " is set"));
    }

    private static Verdict probeDevice(Qemu qemu, Firmware firmware) throws InterruptedException {
        var architecture = System.getProperty("os.arch");
        if (!architecture.equals("amd64") && !architecture.equals("x86_64")) {
            return tcg("this machine is " + architecture + ", guests are x86-64");
        }
        if (!Files.exists(KVM_DEVICE)) {
            return tcg("there is no " + KVM_DEVICE);
        }
        if (!Files.isReadable(KVM_DEVICE) || !Files.isWritable(KVM_DEVICE)) {
            return tcg(KVM_DEVICE + " may not be opened by this user (join the group kvm)");
        }
        try {
            return probeGuest(new QemuHost(qemu, firmware, Accelerator.KVM, "being tried"));
        } catch (VmExitedException e) {
            return tcg("QEMU ends when it is told to use KVM: "
                    + firstLine(e.evidence().qemuOutput()));
        } catch (IOException e) {
            return tcg("KVM could not be tried: " + firstLine(String.valueOf(e.getMessage())));
        }
    }

    private static Verdict probeGuest(QemuHost host) throws IOException, InterruptedException {
        var directory = Files.createTempDirectory("bascule-probe");
        try (var vm = Vm.start(
                VmConfig.of("probe", directory)
                        .withMemory(ByteCount.ofMiB(256))
                        .withCpus(1)
                        .withNetwork(Network.none()),
                host)) {
            var deadline = Deadline.in(LIMIT);
            while (!deadline.hasPassed()) {
                if (vm.console().find(FIRMWARE_IS_UP, ConsoleMark.POWER_ON).isPresent()) {
                    return new Verdict(Accelerator.KVM, "KVM booted the firmware in " + seconds(deadline.elapsed()));
                }
                var status = vm.status();
                // KVM that cannot emulate an instruction stops the guest and leaves QEMU running.
                if (!status.equals("running") && !status.equals("prelaunch")) {
                    return tcg("KVM stops the guest (" + status + "): "
                            + firstLine(vm.evidence().qemuOutput()));
                }
                Thread.sleep(POLL);
            }
            return tcg("KVM does not bring the firmware up within " + seconds(LIMIT));
        } finally {
            Trees.delete(directory);
        }
    }

    private static Verdict tcg(String reason) {
        return new Verdict(Accelerator.TCG, reason);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    private static String firstLine(String text) {
        return text.lines().filter(line -> !line.isBlank()).findFirst().orElse("(it says nothing)");
    }
}
