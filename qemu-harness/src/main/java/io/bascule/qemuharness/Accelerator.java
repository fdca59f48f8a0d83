package io.bascule.qemuharness;

import java.util.List;

/** What executes the guest's instructions. */
public enum Accelerator {
    /** The processor, by the host's kernel. */
    KVM("kvm", "host"),

    /** QEMU's translator: works everywhere, ten to twenty times slower. {@code qemu64} boots faster than {@code max}. */
    TCG("tcg,thread=multi", "qemu64");

    private final String option;
    private final String cpu;

    Accelerator(String option, String cpu) {
        this.option = option;
        this.cpu = cpu;
    }

    List<String> arguments() {
        return List.of("-accel", option, "-cpu", cpu);
    }
}
