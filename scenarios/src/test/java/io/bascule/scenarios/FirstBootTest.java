package io.bascule.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.partitionlayout.BlockDevices;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.fat.FatReader;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.qemuharness.Credentials;
import io.bascule.qemuharness.Disk;
import io.bascule.qemuharness.QemuImg;
import io.bascule.qemuharness.Vm;
import io.bascule.qemuharness.VmConfig;
import io.bascule.qemuharness.ssh.SshKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real release of amd64-base: what tools that are not ours say of it, and one boot. */
class FirstBootTest {
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(5);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static ReleaseFiles release = new ReleaseFiles(Path.of(""), "", "");

    @TempDir
    private Path temporary = Path.of("");

    @BeforeAll
    static void build() throws Exception {
        release = Releases.base();
    }

    @Test
    void sgdiskFindsNoProblemInThePartitionTable() throws Exception {
        assertThat(run("sgdisk", "-v", release.disk().toString())).contains("No problems found");
    }

    @Test
    void fsckAcceptsTheEspAndItHoldsOneEntry() throws Exception {
        var esp = temporary.resolve("esp.img");
        try (var disk = FileBlockDevice.openReadOnly(release.disk())) {
            var table = GptReader.read(disk, SectorSize.B512).table();
            var volume = table.open(disk, table.entries().firstEntry().getValue());
            try (var copy = FileBlockDevice.create(esp, volume.size())) {
                BlockDevices.copy(volume, copy);
            }
            assertThat(FatReader.open(volume).list("EFI/Linux"))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.name()).isEqualTo("amd64-base_1.0.0.efi"));
        }
        assertThat(run("fsck.vfat", "-n", esp.toString())).contains("files");
    }

    @Test
    void veritysetupAcceptsUsrAndItsHashes() throws Exception {
        run("veritysetup", "verify", release.usr().toString(), release.verity().toString(), rootHash());
    }

    @Test
    void checksumsHold() throws Exception {
        var process = new ProcessBuilder("sha256sum", "--check", "--strict", ReleaseFiles.CHECKSUMS)
                .directory(release.folder().toFile())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.lines()).hasSize(8);
    }

    @Test
    void bootsHealthyFromSlotAWithAReadOnlySystem() throws Exception {
        var key = SshKey.generate("scenario");
        var disk = temporary.resolve("host.qcow2");
        QemuImg.createOverlay(release.disk(), disk, ByteCount.ofGiB(5));
        var config = VmConfig.of("first-boot", Releases.LOGS)
                .withDisk(Disk.qcow2(disk))
                .withCredentials(Credentials.NONE
                        .with("system.hostname", "first")
                        .with("ssh.authorized_keys.root", key.publicLine() + "\n"))
                .withWatchdog();
        try (var vm = Vm.start(config);
                var ssh = vm.ssh("root", key, BOOT_LIMIT)) {
            assertThat(ssh.exec("systemctl is-system-running --wait", BOOT_LIMIT)
                            .stdout()
                            .strip())
                    .isEqualTo("running");
            assertThat(ssh.run("cat /proc/cmdline", LIMIT)).contains("usrhash=" + rootHash());
            assertThat(ssh.run("hostname", LIMIT).strip()).isEqualTo("first");
            assertThat(ssh.exec("touch /x", LIMIT).stderr()).contains("Read-only file system");
            assertThat(ssh.exec("touch /usr/x", LIMIT).stderr()).contains("Read-only file system");
            assertThat(ssh.run("lsblk -nro PARTLABEL /dev/vda", LIMIT).split("\\s+"))
                    .contains("ESP", "USR-A", "USR-A-verity", "USR-B", "USR-B-verity", "STATE");
            assertThat(ssh.run("findmnt -no FSTYPE /etc; findmnt -no FSTYPE /var; findmnt -no FSTYPE /usr", LIMIT))
                    .isEqualTo("overlay\next4\nerofs\n");
            // The runtime for the engine: with its CDS archive, and with the flags that survive emulation.
            assertThat(ssh.exec(
                                    "/usr/lib/bascule/runtime/bin/java -Xshare:on -XX:+UseSerialGC"
                                            + " -XX:TieredStopAtLevel=1 -version",
                                    LIMIT)
                            .stderr())
                    .contains("sharing");
            assertThat(ssh.run("cat /etc/default/locale", LIMIT)).isEqualTo("LANG=C.UTF-8\n");
            assertThat(vm.powerOff(LIMIT)).isTrue();
        }
    }

    private static String rootHash() throws IOException {
        var manifest = new ObjectMapper().readTree(Files.readString(release.releaseJson()));
        var hash = manifest.path("usr").path("rootHash").asText();
        assertThat(hash).matches(Pattern.compile("[0-9a-f]{64}"));
        return hash;
    }

    private static String run(String... command) throws Exception {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        var process = builder.start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + "\n" + output)
                .isZero();
        return output;
    }
}
