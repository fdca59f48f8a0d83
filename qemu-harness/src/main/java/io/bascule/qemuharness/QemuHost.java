package io.bascule.qemuharness;

import org.jspecify.annotations.Nullable;

/**
 * What this machine runs guests with.
 *
 * @param reason why it is this accelerator, in words for people
 */
public record QemuHost(Qemu qemu, Firmware firmware, Accelerator accelerator, String reason) {
    private static @Nullable QemuHost detected;

    /**
     * Looks for QEMU and firmware, and tries KVM with a real guest. A success is remembered for as long as this process
     * lives; the environment variable {@code BASCULE_ACCEL} ({@code kvm} or {@code tcg}) takes the place of the trial.
     *
     * @throws MissingRequirementException if something is missing or too old
     */
    public static synchronized QemuHost detect() throws MissingRequirementException, InterruptedException {
        var known = detected;
        if (known == null) {
            var qemu = Qemu.locate();
            var firmware = Firmware.locate();
            var verdict = AcceleratorProbe.probe(qemu, firmware);
            known = new QemuHost(qemu, firmware, verdict.accelerator(), verdict.reason());
            detected = known;
        }
        return known;
    }
}
