package io.bascule.qemuharness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * QEMU's command line for a VM.
 *
 * @see <a href="https://www.qemu.org/docs/master/system/invocation.html">QEMU's invocation</a>
 */
final class CommandLine {
    /** Credentials may be longer than the 64 KiB that all tables have behind the older, 32-bit entry point of SMBIOS. */
    private static final String MACHINE = "q35,smbios-entry-point-type=64";

    private static final String VIRTIO_DISK = "virtio-blk-pci,drive=disk,bootindex=1";

    private final List<String> arguments = new ArrayList<>();

    private CommandLine() {}

    /**
     * {@return the command line of a VM whose console goes into its log only}
     *
     * @param oemStrings the files that hold the SMBIOS OEM strings
     */
    static List<String> unattended(QemuHost host, VmConfig config, VmDirectory directory, List<Path> oemStrings) {
        var line = new CommandLine();
        line.machine(host, config, directory, oemStrings);
        line.add("-chardev", "file,id=console,path=" + escape(directory.serialLog()));
        line.add("-serial", "chardev:console");
        line.arguments.addAll(config.extraArguments());
        return line.arguments;
    }

    /** {@return the command line of a VM whose console is on the terminal, with QEMU's monitor behind Ctrl-A c} */
    static List<String> interactive(QemuHost host, VmConfig config, VmDirectory directory, List<Path> oemStrings) {
        var line = new CommandLine();
        line.machine(host, config, directory, oemStrings);
        // Without signals: Ctrl-C is for the guest.
        line.add("-chardev", "stdio,id=console,mux=on,signal=off,logfile=" + escape(directory.serialLog()));
        line.add("-serial", "chardev:console", "-mon", "chardev=console,mode=readline");
        line.arguments.addAll(config.extraArguments());
        return line.arguments;
    }

    private void machine(QemuHost host, VmConfig config, VmDirectory directory, List<Path> oemStrings) {
        add(host.qemu().binary().toString(), "-name", "guest=" + config.name(), "-machine", MACHINE);
        arguments.addAll(host.accelerator().arguments());
        add("-smp", Integer.toString(config.cpus()), "-m", config.memoryMiB() + "M");
        add("-display", "none", "-no-user-config", "-nodefaults");
        add("-pidfile", directory.pidFile().toString());
        add("-chardev", "socket,id=qmp,path=" + escape(directory.qmpSocket()) + ",server=on,wait=off");
        add("-mon", "chardev=qmp,mode=control");
        var flash = "if=pflash,format=raw,unit=";
        add("-drive", flash + "0,readonly=on,file=" + escape(host.firmware().code()));
        add("-drive", flash + "1,file=" + escape(directory.variables()));
        config.disk().ifPresent(this::disk);
        network(config.network());
        add("-device", "virtio-rng-pci");
        for (var file : oemStrings) {
            add("-smbios", "type=11,path=" + escape(file));
        }
        if (config.watchdog()) {
            add("-device", "i6300esb", "-action", "watchdog=reset");
        }
    }

    private void disk(Disk disk) {
        switch (disk) {
            case Disk.Image image -> {
                add(
                        "-drive",
                        "if=none,id=disk,format=" + image.format().option()
                                + ",cache=" + image.cache().option()
                                + (image.discardWrites() ? ",snapshot=on" : "")
                                + ",file=" + escape(image.file().toAbsolutePath()));
                add("-device", VIRTIO_DISK);
            }
            case Disk.Nbd nbd -> {
                add(
                        "-blockdev",
                        "driver=nbd,node-name=disk,server.type=unix,server.path="
                                + escape(nbd.socket().toAbsolutePath())
                                + ",cache.direct=on,cache.no-flush=off,discard=unmap");
                // The guest is told that the disk has a cache, so that it flushes, and of errors; by default QEMU would
                // pause the machine when the disk is full.
                add("-device", VIRTIO_DISK + ",write-cache=on,werror=report,rerror=report");
            }
        }
    }

    private void network(Network network) {
        switch (network) {
            case Network.None none -> {}
            case Network.User user -> {
                add("-netdev", "user,id=net,hostfwd=tcp:127.0.0.1:" + user.sshPort() + "-:22");
                // Without the option ROM there is no network boot to wait for.
                add("-device", "virtio-net-pci,netdev=net,romfile=");
            }
        }
    }

    private void add(String... more) {
        arguments.addAll(List.of(more));
    }

    /** {@return the path as the value of an option: a comma would end it, so QEMU takes two for one} */
    static String escape(Path path) {
        return path.toString().replace(",", ",,");
    }
}
