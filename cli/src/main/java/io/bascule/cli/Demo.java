package io.bascule.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.partitionlayout.BlockDevices;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.layout.Slot;
import io.bascule.qemuharness.Credentials;
import io.bascule.qemuharness.Disk;
import io.bascule.qemuharness.QemuImg;
import io.bascule.qemuharness.Vm;
import io.bascule.qemuharness.VmConfig;
import io.bascule.qemuharness.ssh.SshKey;
import io.bascule.qemuharness.ssh.SshSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** The main job, shown on real machines: an image boots, keeps its identity, and refuses to run when it was changed. */
final class Demo {
    /** The disk of the host, larger than the image, as a real one would be. */
    private static final ByteCount DISK_SIZE = ByteCount.ofGiB(6);

    private static final ByteCount MEMORY = ByteCount.ofGiB(1);
    private static final String HOSTNAME = "tower-1";
    /** Where QEMU's user networking forwards ssh to. */
    private static final String ADDRESS = "10.0.2.15/24";

    private static final String NETWORK = """
            [Match]
            Type=ether
            [Network]
            Address=%s
            Gateway=10.0.2.2
            DNS=10.0.2.3
            """.formatted(ADDRESS);

    /** Generous, because a machine without KVM that has other work is slow. */
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(5);

    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(2);
    private static final Duration OFF_LIMIT = Duration.ofMinutes(2);
    private static final Pattern CORRUPTED =
            Pattern.compile("dm-verity device corrupted|device-mapper: verity: .*corrupt");
    private static final Pattern PANIC = Pattern.compile("Kernel panic - not syncing: dm-verity device corrupted");

    private final ReleaseFiles release;
    private final JsonNode manifest;
    private final Path folder;
    private final Checklist checks;
    private final SshKey key = SshKey.generate("bascule demo");

    Demo(ReleaseFiles release, Path folder, Checklist checks) throws IOException {
        this.release = release;
        this.manifest = new ObjectMapper().readTree(release.releaseJson().toFile());
        this.folder = folder;
        this.checks = checks;
    }

    /** What must be the same at every boot. */
    private record Identity(
            String hostname, String address, String hostKey, String machineId, String etcFile, String varFile) {}

    void run() throws IOException, InterruptedException {
        key.write(folder.resolve("ssh-key"));
        var disk = folder.resolve("host.qcow2");
        QemuImg.createOverlay(release.disk(), disk, DISK_SIZE);
        var first = firstBoot(disk);
        corruptedBoot();
        secondBoot(disk, first);
    }

    private Identity firstBoot(Path disk) throws IOException, InterruptedException {
        var credentials = Credentials.NONE
                .with("system.hostname", HOSTNAME)
                .with("network.network.10-demo", NETWORK)
                .with("ssh.authorized_keys.root", key.publicLine() + "\n");
        checks.begin();
        try (var vm = Vm.start(config("boot", disk).withCredentials(credentials));
                var ssh = vm.ssh("root", key, BOOT_LIMIT)) {
            checkHealthy("1.0.0 boots under UEFI, systemd-boot and a UKI", ssh);
            checkSlot(ssh);
            checkReadOnly(ssh);
            checkState(ssh);
            ssh.run("echo 'edited by the admin' >> /etc/motd && echo 'kept' > /var/lib/demo && sync", COMMAND_LIMIT);
            var identity = identity(ssh);
            checks.checkEqual("hostname given by a systemd credential", HOSTNAME, identity.hostname());
            checks.check(
                    "static address given by a systemd credential",
                    identity.address().contains(ADDRESS) && !identity.address().contains("dynamic"),
                    identity.address());
            checks.check("the guest switches itself off", vm.powerOff(OFF_LIMIT), "ACPI power button");
            return identity;
        }
    }

    private void checkHealthy(String claim, SshSession ssh) throws IOException, InterruptedException {
        var state = ssh.exec("systemctl is-system-running --wait", BOOT_LIMIT)
                .stdout()
                .strip();
        var failed = state.equals("running")
                ? ""
                : ": "
                        + ssh.exec("systemctl --failed --plain --no-legend", COMMAND_LIMIT)
                                .stdout()
                                .strip();
        checks.check(claim, state.equals("running"), "systemctl is-system-running: " + state + failed);
    }

    private void checkSlot(SshSession ssh) throws IOException, InterruptedException {
        var label = ssh.run(
                        "lsblk -no PARTLABEL \"$(veritysetup status usr | awk '/data device:/ {print $3}')\"",
                        COMMAND_LIMIT)
                .strip();
        checks.checkEqual("/usr is slot A", Slot.A.label(), label);
        var commandLine = ssh.run("cat /proc/cmdline", COMMAND_LIMIT);
        var booted = Pattern.compile("usrhash=([0-9a-f]{64})").matcher(commandLine);
        checks.checkEqual(
                "the root hash on the kernel command line is the one computed",
                manifest.path("usr").path("rootHash").asText(),
                booted.find() ? booted.group(1) : "none");
        var version = ssh.run(". /usr/lib/os-release && echo \"$IMAGE_ID $IMAGE_VERSION\"", COMMAND_LIMIT)
                .strip();
        checks.checkEqual("os-release names the image", release.board() + " " + release.version(), version);
    }

    private void checkReadOnly(SshSession ssh) throws IOException, InterruptedException {
        for (var path : new String[] {"/x", "/usr/x"}) {
            var result = ssh.exec("touch " + path, COMMAND_LIMIT);
            checks.check(
                    "touch " + path + " fails",
                    result.exitStatus() != 0 && result.stderr().contains("Read-only file system"),
                    result.stderr().strip());
        }
    }

    private void checkState(SshSession ssh) throws IOException, InterruptedException {
        var size = new ByteCount(Long.parseLong(
                ssh.run("df --output=size -B1 /var | tail -1", COMMAND_LIMIT).strip()));
        var partitions =
                ssh.run("lsblk -nro PARTLABEL /dev/vda", COMMAND_LIMIT).strip().replaceAll("\\s+", " ");
        checks.check(
                "the disk grew: slot B and STATE were made at first boot",
                size.compareTo(ByteCount.ofGiB(2)) > 0 && partitions.contains("USR-B USR-B-verity STATE"),
                partitions + ", STATE " + size);
    }

    private static Identity identity(SshSession ssh) throws IOException, InterruptedException {
        return new Identity(
                ssh.run("hostname", COMMAND_LIMIT).strip(),
                ssh.run("ip -o -4 address show scope global | sed 's/ \\+/ /g; s/\\\\.*//'", COMMAND_LIMIT)
                        .strip(),
                ssh.hostKeyFingerprint(),
                ssh.run("cat /etc/machine-id", COMMAND_LIMIT).strip(),
                ssh.run("tail -1 /etc/motd", COMMAND_LIMIT).strip(),
                ssh.run("cat /var/lib/demo", COMMAND_LIMIT).strip());
    }

    /** Flips one bit in /usr on a copy of the disk image. */
    private void corruptedBoot() throws IOException, InterruptedException {
        var copy = folder.resolve("corrupted.raw");
        Files.deleteIfExists(copy);
        checks.begin();
        try (var from = FileBlockDevice.openReadOnly(release.disk());
                var to = FileBlockDevice.create(copy, from.size())) {
            BlockDevices.copy(from, to);
            var table = GptReader.read(to, SectorSize.B512).table();
            var usr = table.entries().values().stream()
                    .filter(entry -> entry.name().equals(Slot.A.label()))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the image has no partition " + Slot.A.label()));
            // The superblock of EROFS, which every mount reads.
            var oneByte = ByteBuffer.allocate(1);
            var slot = table.open(to, usr);
            slot.read(1024, oneByte);
            oneByte.put(0, (byte) (oneByte.get(0) ^ 1));
            slot.write(1024, oneByte.rewind());
        }
        try (var vm = Vm.start(config("corrupted", Disk.raw(copy)))) {
            var line = vm.awaitLine(CORRUPTED, BOOT_LIMIT);
            var panic = vm.awaitLine(PANIC, BOOT_LIMIT);
            checks.check(
                    "with one bit of /usr flipped the kernel refuses it",
                    line.sincePowerOn().compareTo(panic.sincePowerOn()) <= 0,
                    panic.text().strip());
        } finally {
            Files.delete(copy);
        }
    }

    /** Without credentials: what the host is must come from its own disk now. */
    private void secondBoot(Path disk, Identity before) throws IOException, InterruptedException {
        checks.begin();
        try (var vm = Vm.start(config("boot", disk));
                var ssh = vm.ssh("root", key, BOOT_LIMIT)) {
            checkHealthy("second boot, without credentials", ssh);
            var after = identity(ssh);
            checks.checkEqual("same hostname", before.hostname(), after.hostname());
            checks.checkEqual("same address", before.address(), after.address());
            checks.checkEqual("same ssh host key", before.hostKey(), after.hostKey());
            checks.checkEqual("same machine-id", before.machineId(), after.machineId());
            checks.checkEqual("the edited file in /etc is kept", before.etcFile(), after.etcFile());
            checks.checkEqual("the file in /var is kept", before.varFile(), after.varFile());
            vm.powerOff(OFF_LIMIT);
        }
    }

    private VmConfig config(String name, Path qcow2) {
        return config(name, Disk.qcow2(qcow2));
    }

    private VmConfig config(String name, Disk disk) {
        return VmConfig.of(name, folder).withDisk(disk).withMemory(MEMORY).withWatchdog();
    }
}
