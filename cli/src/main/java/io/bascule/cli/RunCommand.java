package io.bascule.cli;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.Folders;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.qemuharness.Credentials;
import io.bascule.qemuharness.Disk;
import io.bascule.qemuharness.InteractiveVm;
import io.bascule.qemuharness.Qemu;
import io.bascule.qemuharness.QemuHost;
import io.bascule.qemuharness.QemuImg;
import io.bascule.qemuharness.VmConfig;
import io.bascule.qemuharness.ssh.SshKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule run}. */
@Command(
        name = "run",
        description = {
            "Boots an image in a virtual machine, with its serial console on this terminal.",
            "The image is not changed: the machine writes to a disk on top of it, which goes when the machine ends,",
            "unless --disk names a file that keeps it."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "There are no passwords: log in by the ssh line that is printed. Ctrl-A x ends the machine, Ctrl-A c",
            "is QEMU's monitor.",
            "",
            "Example:",
            "  bascule run releases/amd64-base/1.0.0/amd64-base_1.0.0.raw --hostname tower-1",
            "  bascule run releases/amd64-base/1.0.0/amd64-base_1.0.0.raw --ignition tower.ign"
        })
final class RunCommand implements Callable<Integer> {
    @Parameters(paramLabel = "IMAGE", description = "A raw or qcow2 disk image.")
    private Path image = Path.of("");

    @Option(
            names = "--disk",
            paramLabel = "FILE",
            description = "Keep the machine's disk in FILE (qcow2) and go on with it if it is there.")
    private @Nullable Path disk;

    @Option(names = "--disk-size", paramLabel = "SIZE", description = "Size of a new disk; default: ${DEFAULT-VALUE}.")
    private String diskSize = "8G";

    @Option(names = "--memory", paramLabel = "SIZE", description = "Memory; default: ${DEFAULT-VALUE}.")
    private String memory = "1G";

    @Option(names = "--cpus", paramLabel = "N", description = "Processors; default: ${DEFAULT-VALUE}.")
    private int cpus = 2;

    @Option(names = "--hostname", paramLabel = "NAME", description = "Hostname that a new machine gets.")
    private @Nullable String hostname;

    @Option(
            names = "--ignition",
            paramLabel = "FILE",
            description = "An Ignition configuration for the first boot, by QEMU's firmware configuration.")
    private @Nullable Path ignition;

    @Option(
            names = "--config-drive",
            paramLabel = "FOLDER",
            description = {
                "A config drive for the first boot, made of a folder with meta-data and user-data (NoCloud),",
                "openstack/latest (OpenStack) or ignition/config.ign."
            })
    private @Nullable Path configDrive;

    @Override
    public Integer call() throws CliFailure, BuildException, IOException, InterruptedException {
        if (!Files.isReadable(image)) {
            throw new CliFailure(ExitCode.BAD_INPUT, "there is no image " + image, "build one with `bascule build`");
        }
        if (cpus < 1 || cpus > 64) {
            throw new CliFailure(ExitCode.USAGE, "--cpus must be from 1 to 64", "");
        }
        var memorySize = size("--memory", memory);
        var size = size("--disk-size", diskSize);
        checkConfigs();
        var terminal = Terminal.standard();
        Doctor.ensure(EnumSet.of(HostTool.Use.RUN), terminal);
        var host = QemuHost.detect();
        var work = Files.createTempDirectory("bascule-run");
        var cleanup = new Thread(() -> deleteQuietly(work), "delete the machine's folder");
        Runtime.getRuntime().addShutdownHook(cleanup);
        try {
            var machineDisk = disk == null ? work.resolve("disk.qcow2") : disk;
            if (!Files.exists(machineDisk)) {
                if (size.compareTo(QemuImg.sizeOf(image)) < 0) {
                    throw new CliFailure(
                            ExitCode.USAGE,
                            "--disk-size: " + size + " is smaller than the image, which has " + QemuImg.sizeOf(image),
                            "give a larger disk; a host needs room for both slots and STATE");
                }
                QemuImg.createOverlay(image, machineDisk, size);
            }
            var key = sshKey();
            var credentials = Credentials.NONE.with(
                    "ssh.authorized_keys.root", SshKey.read(key).publicLine() + "\n");
            if (hostname != null) {
                credentials = credentials.with("system.hostname", hostname);
            }
            var config = VmConfig.of("run", work)
                    .withDisk(Disk.qcow2(machineDisk))
                    .withMemory(memorySize)
                    .withCpus(cpus)
                    .withCredentials(credentials)
                    .withWatchdog()
                    .withExtraArguments(configArguments(work));
            terminal.say("QEMU " + host.qemu().version() + " with " + host.accelerator() + " (" + host.reason() + ")");
            var status = InteractiveVm.run(
                    config,
                    host,
                    port -> terminal.say("ssh -i " + key + " -p " + port
                            + " -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null root@127.0.0.1\r"));
            return (status == 0 ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
        } finally {
            Folders.delete(work);
        }
    }

    /** What the machine would only complain of when it boots is complained of now. */
    private void checkConfigs() throws CliFailure, IOException {
        if (ignition != null) {
            FirstBootInput.read(ignition);
        }
        if (configDrive != null) {
            FirstBootInput.read(configDrive);
        }
    }

    private String[] configArguments(Path work) throws IOException {
        var arguments = new ArrayList<String>();
        if (ignition != null) {
            arguments.addAll(Qemu.firmwareFile("opt/com.coreos/config", ignition));
        }
        if (configDrive != null) {
            var image = work.resolve("config-drive.img");
            FirstBootInput.writeDrive(configDrive, image);
            arguments.addAll(Qemu.secondDrive(image));
        }
        return arguments.toArray(String[]::new);
    }

    /** One key for all machines that this user runs, so that a kept disk lets him in again. */
    private static Path sshKey() throws IOException {
        var file = Workspace.cache().resolve("run-ssh-key");
        if (!Files.exists(file)) {
            Files.createDirectories(Workspace.cache());
            SshKey.generate("bascule run").write(file);
        }
        return file;
    }

    private static ByteCount size(String option, String text) throws CliFailure {
        try {
            return ByteCount.parse(text).roundUp(ByteCount.ofMiB(1).bytes());
        } catch (IllegalArgumentException e) {
            throw new CliFailure(ExitCode.USAGE, option + ": " + e.getMessage(), "", e);
        }
    }

    private static void deleteQuietly(Path folder) {
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            // It lies where the system clears up.
        }
    }
}
