package io.bascule.qemuharness;

import java.util.ArrayList;
import java.util.List;

/** What has to be on a machine before a guest can run. */
public final class QemuRequirements {
    private QemuRequirements() {}

    /**
     * {@return one sentence for each thing that is missing or too old, each with its remedy; empty if guests can run}
     *
     * <p>A test turns them into a visible skip: {@code assumeThat(QemuRequirements.missing()).isEmpty()}.
     */
    public static List<String> missing() throws InterruptedException {
        var missing = new ArrayList<String>();
        try {
            Qemu.locate();
        } catch (MissingRequirementException e) {
            missing.add(String.valueOf(e.getMessage()));
        }
        try {
            Firmware.locate();
        } catch (MissingRequirementException e) {
            missing.add(String.valueOf(e.getMessage()));
        }
        return List.copyOf(missing);
    }
}
