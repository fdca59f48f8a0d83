package io.bascule.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.cli.FirstBootInput;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.qemuharness.Credentials;
import io.bascule.qemuharness.Disk;
import io.bascule.qemuharness.Qemu;
import io.bascule.qemuharness.QemuImg;
import io.bascule.qemuharness.Vm;
import io.bascule.qemuharness.VmConfig;
import io.bascule.qemuharness.ssh.SshKey;
import io.bascule.qemuharness.ssh.SshSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that is given a configuration is what it says after its first boot, and is not told again. */
@Tag("long")
class FirstBootConfigTest {
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(10);
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** Of QEMU's first network interface. */
    private static final String MAC = "52:54:00:12:34:56";

    private final SshKey key = SshKey.generate("first-boot");

    @TempDir
    private Path temporary = Path.of("");

    private Path disk = Path.of("");

    @BeforeEach
    void install() throws Exception {
        disk = temporary.resolve("host.qcow2");
        QemuImg.createOverlay(Releases.base().disk(), disk, ByteCount.ofGiB(5));
    }

    @Test
    void ignitionByTheFirmwareIsAppliedOnce() throws Exception {
        var file = write("config.ign", """
                {"ignition": {"version": "3.4.0"},
                 "passwd": {"users": [{"name": "keeper", "uid": 1500, "sshAuthorizedKeys": ["%s"]}]},
                 "storage": {
                   "directories": [{"path": "/var/lib/app", "user": {"name": "keeper"}}],
                   "files": [{"path": "/etc/hostname", "contents": {"source": "data:,tower-ign%%0A"}},
                             {"path": "/etc/issue", "append": [{"source": "data:,a%%20bridge%%0A"}]}]},
                 "systemd": {"units": [{"name": "app.service", "enabled": true, "contents":
                   "[Service]\\nType=oneshot\\nRemainAfterExit=yes\\nUser=keeper\\nExecStart=/bin/sh -c 'echo ran >>/var/lib/app/ran'\\n[Install]\\nWantedBy=multi-user.target\\n"}]}}
                """.formatted(key.publicLine()));
        var config = config("ignition").withExtraArguments(arguments(Qemu.firmwareFile("opt/com.coreos/config", file)));
        String stamp;
        try (var vm = Vm.start(config);
                var ssh = vm.ssh("keeper", key, BOOT_LIMIT)) {
            running(ssh);
            assertThat(run(ssh, "hostname; id -u; cat /var/lib/app/ran; tail -n 1 /etc/issue"))
                    .isEqualTo("tower-ign\n1500\nran\na bridge\n");
            stamp = run(ssh, "cat /var/lib/bascule/first-boot.json");
            assertThat(vm.console().lines())
                    .anyMatch(line -> line.text().contains("applying the firmware's opt/com.coreos/config"));
            assertThat(vm.powerOff(LIMIT)).isTrue();
        }

        try (var vm = Vm.start(config);
                var ssh = vm.ssh("keeper", key, BOOT_LIMIT)) {
            running(ssh);
            assertThat(run(ssh, "hostname; cat /var/lib/app/ran; tail -n 2 /etc/issue | grep -c bridge"))
                    .isEqualTo("tower-ign\nran\nran\n1\n");
            assertThat(run(ssh, "cat /var/lib/bascule/first-boot.json")).isEqualTo(stamp);
            assertThat(run(ssh, "systemctl show -p ConditionResult --value bascule-first-boot"))
                    .isEqualTo("no\n");
            assertThat(vm.console().lines()).noneMatch(line -> line.text().contains("applying the firmware's"));
        }
    }

    @Test
    void aNoCloudDriveIsApplied() throws Exception {
        write("drive/meta-data", "instance-id: i-1\nlocal-hostname: tower-nc\n");
        write("drive/user-data", """
                #cloud-config
                users:
                  - name: keeper
                    groups: [systemd-journal]
                    ssh_authorized_keys: ["%s"]
                write_files:
                  - {path: /etc/app.conf, permissions: '0640', owner: 'root:systemd-journal', content: "bridge: up"}
                """.formatted(key.publicLine()));
        write("drive/network-config", """
                version: 2
                ethernets:
                  wan: {match: {macaddress: "%s"}, set-name: wan0, dhcp4: true, addresses: [192.0.2.7/24]}
                """.formatted(MAC));
        try (var vm = Vm.start(config("nocloud").withExtraArguments(drive()));
                var ssh = vm.ssh("keeper", key, BOOT_LIMIT)) {
            running(ssh);
            assertThat(run(ssh, "hostname; cat /etc/app.conf; stat -c ' %a %G' /etc/app.conf"))
                    .isEqualTo("tower-nc\nbridge: up 640 systemd-journal\n");
            assertThat(run(ssh, "ip -brief address show wan0")).contains("192.0.2.7/24", "10.0.2.15");
        }
    }

    @Test
    void anOpenStackDriveIsApplied() throws Exception {
        write("drive/openstack/latest/meta_data.json", """
                {"uuid": "d8e02d56", "hostname": "tower-os.novalocal", "launch_index": 0, "public_keys": {"mine": "%s"}}
                """.formatted(key.publicLine()));
        write("drive/openstack/latest/network_data.json", """
                {"links": [{"id": "tap1", "type": "ovs", "ethernet_mac_address": "%s", "mtu": 1450}],
                 "networks": [{"id": "n", "type": "ipv4", "link": "tap1", "ip_address": "10.0.2.15",
                   "netmask": "255.255.255.0", "routes": [
                     {"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "10.0.2.2"}]}],
                 "services": [{"type": "dns", "address": "10.0.2.3"}]}
                """.formatted(MAC));
        write("drive/openstack/latest/user_data", "#cloud-config\nwrite_files: [{path: /var/lib/a/b, content: c}]\n");
        try (var vm = Vm.start(config("openstack").withExtraArguments(drive()));
                var ssh = vm.ssh("root", key, BOOT_LIMIT)) {
            running(ssh);
            assertThat(run(ssh, "hostname; cat /var/lib/a/b")).isEqualTo("tower-os.novalocal\nc");
            assertThat(run(ssh, "ip route show default")).contains("via 10.0.2.2", "proto static");
            assertThat(run(ssh, "cat /sys/class/net/e*/mtu")).isEqualTo("1450\n");
        }
    }

    @Test
    void credentialsAreApplied() throws Exception {
        var credentials = Credentials.NONE
                .with("bascule.config", "#cloud-config\nhostname: tower-cred\n")
                .with("ssh.authorized_keys.root", key.publicLine() + "\n")
                .with("tmpfiles.extra", "f /var/lib/extra 0644 root root - extra")
                .with("sysusers.extra", "u extra 777");
        try (var vm = Vm.start(config("credentials").withCredentials(credentials));
                var ssh = vm.ssh("root", key, BOOT_LIMIT)) {
            running(ssh);
            assertThat(run(ssh, "hostname; cat /var/lib/extra; id -u extra")).isEqualTo("tower-cred\nextra777\n");
        }
    }

    @Test
    void aConfigurationThatIsNotUnderstoodFailsTheBootAndACorrectedOneIsApplied() throws Exception {
        write("drive/meta-data", "local-hostname: tower-bad\n");
        write(
                "drive/user-data",
                "#cloud-config\nssh_authorized_keys: [\"%s\"]\nruncmd: [reboot]\n".formatted(key.publicLine()));
        try (var vm = Vm.start(config("broken").withExtraArguments(drive()))) {
            vm.awaitLine(Pattern.compile("bascule: THE CONFIGURATION OF THIS MACHINE CANNOT BE APPLIED"), BOOT_LIMIT);
            vm.awaitLine(Pattern.compile("bascule: user-data:3: runcmd: is not supported"), LIMIT);
            vm.awaitLine(Pattern.compile("bascule: Correct it\\. The host tries again in 300 s"), LIMIT);
            assertThat(vm.console().lines()).noneMatch(line -> line.text().contains("login:"));
        }

        write("drive/user-data", "#cloud-config\nssh_authorized_keys: [\"%s\"]\n".formatted(key.publicLine()));
        try (var vm = Vm.start(config("corrected").withExtraArguments(drive()));
                var ssh = vm.ssh("root", key, BOOT_LIMIT)) {
            running(ssh);
            assertThat(run(ssh, "hostname")).isEqualTo("tower-bad\n");
        }
    }

    private VmConfig config(String name) {
        return VmConfig.of("first-boot-" + name, Releases.LOGS)
                .withDisk(Disk.qcow2(disk))
                .withWatchdog();
    }

    private Path write(String name, String text) throws IOException {
        var file = temporary.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private String[] drive() throws IOException {
        var image = temporary.resolve("drive.img");
        Files.deleteIfExists(image);
        FirstBootInput.writeDrive(temporary.resolve("drive"), image);
        return arguments(Qemu.secondDrive(image));
    }

    private static String[] arguments(List<String> list) {
        return list.toArray(String[]::new);
    }

    private static void running(SshSession ssh) throws Exception {
        assertThat(ssh.exec("systemctl is-system-running --wait", BOOT_LIMIT)
                        .stdout()
                        .strip())
                .isEqualTo("running");
    }

    private static String run(SshSession ssh, String command) throws Exception {
        return ssh.run(command, LIMIT);
    }
}
