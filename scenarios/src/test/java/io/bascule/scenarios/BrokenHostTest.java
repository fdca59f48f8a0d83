package io.bascule.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.BlockDevices;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.gpt.PartitionEntry;
import io.bascule.qemuharness.Credentials;
import io.bascule.qemuharness.Disk;
import io.bascule.qemuharness.Vm;
import io.bascule.qemuharness.VmConfig;
import io.bascule.qemuharness.ssh.SshKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host does that cannot be what it should be: it reboots, and never goes on as somebody else. */
@Tag("long")
class BrokenHostTest {
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(5);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern GIVES_UP = Pattern.compile("bascule: the initrd could not bring up this slot");
    private static final Pattern RESTARTS = Pattern.compile("reboot: machine restart");

    @TempDir
    private Path temporary = Path.of("");

    @Test
    void withoutStateABootDoesNotGoOn() throws Exception {
        var disk = installedHost();
        try (var host = FileBlockDevice.open(disk)) {
            var table = GptReader.read(host, SectorSize.B512).table();
            var state = table.entries().values().stream()
                    .filter(entry -> entry.name().equals("STATE"))
                    .findFirst()
                    .orElseThrow();
            wipe(host, table.open(host, state).size(), state);
        }

        try (var vm = Vm.start(config("without-state", disk))) {
            var gaveUp = vm.awaitLine(GIVES_UP, BOOT_LIMIT);
            var restarted = vm.awaitLine(RESTARTS, BOOT_LIMIT);

            assertThat(restarted.sincePowerOn()).isGreaterThan(gaveUp.sincePowerOn());
            assertThat(vm.console().lines()).noneMatch(line -> line.text().contains("login:"));
        }
    }

    /** {@return a disk on which a host has booted once, so that it has slot B and STATE} */
    private Path installedHost() throws Exception {
        var release = Releases.base();
        var disk = temporary.resolve("host.raw");
        try (var image = FileBlockDevice.openReadOnly(release.disk());
                var host = FileBlockDevice.create(disk, ByteCount.ofGiB(5))) {
            BlockDevices.copy(image, host);
        }
        var key = SshKey.generate("scenario");
        var credentials = Credentials.NONE.with("ssh.authorized_keys.root", key.publicLine() + "\n");
        try (var vm = Vm.start(config("install", disk).withCredentials(credentials));
                var ssh = vm.ssh("root", key, BOOT_LIMIT)) {
            assertThat(ssh.exec("systemctl is-system-running --wait", BOOT_LIMIT)
                            .stdout()
                            .strip())
                    .isEqualTo("running");
            assertThat(vm.powerOff(LIMIT)).isTrue();
        }
        return disk;
    }

    /** Overwrites the superblock of the file system and every copy of it in the first 64 MiB. */
    private static void wipe(FileBlockDevice host, ByteCount size, PartitionEntry partition) throws IOException {
        var garbage = new byte[1 << 20];
        Arrays.fill(garbage, (byte) 0xFF);
        var start = partition.first().byteOffset(SectorSize.B512);
        for (var at = 0L; at < Math.min(size.bytes(), 64L << 20); at += garbage.length) {
            host.write(start + at, ByteBuffer.wrap(garbage));
        }
        host.flush();
    }

    private static VmConfig config(String name, Path disk) {
        return VmConfig.of(name, Releases.LOGS).withDisk(Disk.raw(disk)).withWatchdog();
    }
}
