package io.bascule.firstboot.apply;

import io.bascule.firstboot.model.HostConfig;
import io.bascule.firstboot.model.Item;
import io.bascule.firstboot.source.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Lets a boot that is on its way go on with what was applied: later boots find it as it is. */
public final class Activation {
    private static final Path HOSTNAME = Path.of("/etc/hostname");
    private static final Path KERNEL_HOSTNAME = Path.of("/proc/sys/kernel/hostname");

    private Activation() {}

    /** @param units whether systemd has to look at its units again */
    public static void run(HostConfig config, boolean units, Commands commands)
            throws IOException, InterruptedException {
        if (Files.exists(HOSTNAME)) {
            var name = Files.readString(HOSTNAME).strip();
            if (!name.isEmpty()
                    && !name.equals(Files.readString(KERNEL_HOSTNAME).strip())) {
                Files.writeString(KERNEL_HOSTNAME, name);
            }
        }
        if (config.all(Item.Interface.class)
                .anyMatch(network -> network.rename().isPresent())) {
            commands.require("udevadm", "control", "--reload");
            commands.require("udevadm", "trigger", "--settle", "--action=add", "--subsystem-match=net");
        }
        if (units) {
            commands.require("systemctl", "daemon-reload");
            // What the boot is to reach was decided before there were these units: ask for it once more.
            commands.require("systemctl", "--no-block", "start", "default.target");
        }
    }
}
