package io.bascule.scenarios.script;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.qemuharness.Disk;
import io.bascule.qemuharness.Network;
import io.bascule.qemuharness.Vm;
import io.bascule.qemuharness.VmConfig;
import io.bascule.qemuharness.faultdisk.FaultDisk;
import io.bascule.qemuharness.nbd.NbdServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** What real firmware and the real systemd-boot start from a disk: a machine that is switched off as soon as a kernel says. */
public final class FirmwareBoot {
    private static final Pattern COMMAND_LINE = Pattern.compile("Command line: .*\\busrhash=([0-9a-f]{64})\\b");
    private static final Pattern COMMAND_LINE_OR_NOTHING = Pattern.compile(
            COMMAND_LINE + "|starting Boot[0-9A-F]+ \"EFI Internal Shell\"|No bootable option or device was found");
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private FirmwareBoot() {}

    /**
     * {@return the root hash on the command line of the kernel that is started first; nothing if the firmware
     * finds nothing to start but its own shell}
     *
     * @param disk may be written
     * @param name of the machine
     * @param folder for what the machine leaves
     */
    public static Optional<String> usrHash(BlockDevice disk, String name, Path folder)
            throws IOException, InterruptedException {
        try (var held = new FaultDisk(disk, event -> {});
                var server = NbdServer.serve(held);
                var vm = Vm.start(VmConfig.of(name, folder)
                        .withDisk(Disk.nbd(server.socket()))
                        .withNetwork(Network.none()))) {
            var line = vm.awaitLine(COMMAND_LINE_OR_NOTHING, LIMIT).text();
            vm.kill();
            var found = COMMAND_LINE.matcher(line);
            return found.find() ? Optional.of(found.group(1)) : Optional.empty();
        }
    }
}
