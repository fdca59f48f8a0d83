package io.bascule.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.bascule.cli.DemoChecks.Identity;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.partitionlayout.BlockDevices;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.layout.Slot;
import io.bascule.qemuharness.Credentials;
import io.bascule.qemuharness.Disk;
import io.bascule.qemuharness.FileServer;
import io.bascule.qemuharness.QemuImg;
import io.bascule.qemuharness.Vm;
import io.bascule.qemuharness.VmConfig;
import io.bascule.qemuharness.ssh.SshKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * The main job, shown on a real machine: an image boots, takes a release in its other slot, goes back and forth, and swings
 * back by itself from one that fails.
 */
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

    private static final int TRIES = 3;
    private static final Pattern CORRUPTED =
            Pattern.compile("dm-verity device corrupted|device-mapper: verity: .*corrupt");
    private static final Pattern PANIC = Pattern.compile("Kernel panic - not syncing: dm-verity device corrupted");
    private static final Pattern HEALTH_FAILED = Pattern.compile("bascule: health check .* failed");

    private final Releases releases;
    private final Path folder;
    private final Checklist checks;
    private final DemoChecks host;
    private final DemoPlan plan;
    private final SshKey key = SshKey.generate("bascule demo");

    /**
     * The releases of one board that it needs.
     *
     * @param first what the host is installed with
     * @param second a good update
     * @param bad an update whose health check fails
     * @param root a folder above all of them, to be served
     */
    record Releases(ReleaseFiles first, ReleaseFiles second, ReleaseFiles bad, Path root) {
        String path(ReleaseFiles release) {
            return root.relativize(release.folder()).toString();
        }
    }

    /** @param firstNumber the number of the first part in the list of parts */
    Demo(Releases releases, Path folder, Checklist checks, Terminal terminal, int firstNumber) {
        this.releases = releases;
        this.folder = folder;
        this.checks = checks;
        this.host = new DemoChecks(checks);
        var begin = Instant.now();
        this.plan = new DemoPlan(terminal, () -> Duration.between(begin, Instant.now()), firstNumber);
    }

    void run() throws IOException, InterruptedException {
        key.write(folder.resolve("ssh-key"));
        var disk = folder.resolve("host.qcow2");
        QemuImg.createOverlay(releases.first().disk(), disk, DISK_SIZE);
        try (var server = FileServer.serve(releases.root())) {
            var identity = install(disk, server);
            plan.begin(DemoPlan.Part.CORRUPTED);
            corruptedBoot();
            live(disk, server, identity);
        }
    }

    /** The first life of the host: first boot, and an update that is ready when its power goes off. */
    private Identity install(Path disk, FileServer server) throws IOException, InterruptedException {
        plan.begin(DemoPlan.Part.FIRST_BOOT);
        checks.begin();
        var credentials = Credentials.NONE
                .with("system.hostname", HOSTNAME)
                .with("network.network.10-demo", NETWORK)
                .with("ssh.authorized_keys.root", key.publicLine() + "\n");
        try (var tower = RunningHost.start(config("host", disk).withCredentials(credentials), key)) {
            host.checkRuns(tower, releases.first(), Slot.A);
            host.checkReadOnly(tower);
            host.checkDiskGrew(tower);
            tower.run("echo 'edited by the admin' >> /etc/motd && echo 'kept' > /var/lib/demo && sync");
            var identity = Identity.of(tower);
            checks.checkEqual("hostname given by a systemd credential", HOSTNAME, identity.hostname());
            checks.check(
                    "static address given by a systemd credential",
                    identity.address().contains(ADDRESS) && !identity.address().contains("dynamic"),
                    identity.address());

            plan.begin(DemoPlan.Part.UPDATE);
            checks.begin();
            var update = checkUpdate(tower, server, releases.second(), Slot.B, false);
            checks.check(
                    "only what is new travelled to it",
                    update.path("delta").asBoolean(),
                    update.path("payloadBytes").asLong() + " bytes in place of "
                            + Files.size(releases.second().payload()));
            host.checkEntries(
                    tower,
                    "the new boot entry has three tries",
                    entry(releases.first(), ""),
                    entry(releases.second(), "+3-0"));
            checks.check("the guest switches itself off", tower.powerOff(), "ACPI power button");
            return identity;
        }
    }

    /** The second life, which is given no credentials: what the host is must come from its own disk. */
    private void live(Path disk, FileServer server, Identity identity) throws IOException, InterruptedException {
        plan.begin(DemoPlan.Part.SECOND_SLOT);
        checks.begin();
        try (var tower = RunningHost.start(config("host", disk), key)) {
            host.checkRuns(tower, releases.second(), Slot.B);
            host.checkEntries(
                    tower, "its boot entry is blessed", entry(releases.first(), ""), entry(releases.second(), ""));
            host.checkSame(tower, identity);

            plan.begin(DemoPlan.Part.ROLLBACK);
            checks.begin();
            var rollback = tower.engine("rollback");
            checks.check(
                    "update-engine rollback",
                    rollback.exitStatus() == 0,
                    rollback.stdout().strip());
            host.checkEntries(
                    tower,
                    "the older entry has tries, the newer none",
                    entry(releases.first(), "+3-0"),
                    entry(releases.second(), "+0-0"));
            tower.reboot(1);
            host.checkRuns(tower, releases.first(), Slot.A);
            host.checkSame(tower, identity);

            plan.begin(DemoPlan.Part.FORWARD);
            checks.begin();
            checkUpdate(tower, server, releases.second(), Slot.B, true);
            host.checkEntries(
                    tower, "it gets tries again", entry(releases.first(), ""), entry(releases.second(), "+3-0"));
            tower.reboot(1);
            host.checkRuns(tower, releases.second(), Slot.B);
            host.checkSame(tower, identity);

            plan.begin(DemoPlan.Part.BAD_UPDATE);
            checks.begin();
            checkUpdate(tower, server, releases.bad(), Slot.A, false);
            host.checkEntries(
                    tower, "it replaced 1.0.0 on the ESP", entry(releases.second(), ""), entry(releases.bad(), "+3-0"));
            fallBack(tower, server, identity);
        }
    }

    private void fallBack(RunningHost tower, FileServer server, Identity identity)
            throws IOException, InterruptedException {
        plan.begin(DemoPlan.Part.FALL_BACK);
        checks.begin();
        var bad = releases.bad().version();
        var mark = tower.reboot(TRIES + 1);
        var failures = tower.vm().console().lines().stream()
                .skip(mark.line())
                .filter(line -> HEALTH_FAILED.matcher(line.text()).find())
                .count();
        host.checkRuns(tower, releases.second(), Slot.B);
        checks.check(
                bad + " had three boots, and its health check failed in each",
                failures == TRIES,
                failures + " lines 'health check failed' on the console");
        host.checkEntries(tower, "its tries are used up", entry(releases.second(), ""), entry(releases.bad(), "+0-3"));
        host.checkSame(tower, identity);
        var known = tower.engineJson("known-bad");
        checks.check(
                bad + " is known to be bad",
                known.size() == 1 && known.path(0).path("version").asText().equals(bad),
                known.path(0).path("reason").asText());
        var again = tower.engine("update --from " + server.urlForGuests(releases.path(releases.bad())));
        checks.check(
                bad + " is refused from now on",
                again.exitStatus() == 3,
                again.stderr()
                        .lines()
                        .filter(line -> line.contains("known to be bad"))
                        .findFirst()
                        .orElse(again.stderr().strip()));
        checks.check("the guest switches itself off", tower.powerOff(), "ACPI power button");
    }

    private JsonNode checkUpdate(
            RunningHost tower, FileServer server, ReleaseFiles release, Slot slot, boolean alreadyThere)
            throws IOException, InterruptedException {
        var result = tower.engineJson("update --from " + server.urlForGuests(releases.path(release)));
        checks.check(
                "update-engine update: " + release.version()
                        + (alreadyThere ? " is there already, nothing is written" : " is written to slot " + slot),
                result.path("slot").asText().equals(slot.name())
                        && result.path("alreadyInSlot").asBoolean() == alreadyThere,
                alreadyThere
                        ? "armed"
                        : "payload " + new ByteCount(result.path("payloadBytes").asLong()));
        return result;
    }

    private static String entry(ReleaseFiles release, String counter) {
        return release.board() + "_" + release.version() + counter + ".efi";
    }

    /** Flips one bit in /usr on a copy of the disk image. */
    private void corruptedBoot() throws IOException, InterruptedException {
        var copy = folder.resolve("corrupted.raw");
        Files.deleteIfExists(copy);
        checks.begin();
        try (var from = FileBlockDevice.openReadOnly(releases.first().disk());
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

    private VmConfig config(String name, Path qcow2) {
        return config(name, Disk.qcow2(qcow2));
    }

    private VmConfig config(String name, Disk disk) {
        return VmConfig.of(name, folder).withDisk(disk).withMemory(MEMORY).withWatchdog();
    }
}
