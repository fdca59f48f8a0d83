package io.bascule.qemuharness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.qemuharness.ssh.SshKey;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real QEMU and its firmware, without an operating system. */
class VmTest {
    private static final Duration BOOT = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Pattern SHELL = Pattern.compile("UEFI Interactive Shell");

    @TempDir
    private Path directory;

    @Test
    void bootsTheFirmwareAgainAfterAReset() throws Exception {
        try (var vm = Vm.start(Guests.firmwareOnly(directory), Guests.host())) {
            var first = vm.awaitLine(SHELL, BOOT);
            var mark = vm.console().mark();
            vm.reset();
            var second = vm.awaitLine(SHELL, mark, BOOT);

            assertThat(second.sincePowerOn()).isGreaterThan(first.sincePowerOn());
            assertThat(vm.status()).isEqualTo("running");
            assertThat(vm.isRunning()).isTrue();
        }
    }

    @Test
    void timeoutShowsTheConsole() throws Exception {
        try (var vm = Vm.start(Guests.firmwareOnly(directory), Guests.host())) {
            vm.awaitLine(AcceleratorProbe.FIRMWARE_IS_UP, BOOT);

            assertThatThrownBy(() -> vm.awaitLine(Pattern.compile("never printed"), SHORT))
                    .isInstanceOf(VmTimeoutException.class)
                    .hasMessageStartingWith("guest: waited 0.3 s in vain for a console line with /never printed/")
                    .hasMessageContaining("BdsDxe: ")
                    .hasMessageContaining(vm.console().log().toString());
            assertThat(vm.console().log()).isEqualTo(directory.resolve("guest-1/serial.log"));
        }
    }

    @Test
    void endOfQemuEndsEveryWait() throws Exception {
        try (var vm = Vm.start(Guests.firmwareOnly(directory).withNetwork(Network.user()), Guests.host())) {
            vm.kill();

            assertThat(Guests.endsSoon(vm.pid())).isTrue();
            assertThat(vm.awaitExit(Duration.ZERO)).isEqualTo(128 + 9);
            assertThat(vm.powerOff(Duration.ZERO)).isTrue();
            assertThatThrownBy(() -> vm.awaitLine(SHELL, BOOT))
                    .isInstanceOf(VmExitedException.class)
                    .hasMessageContaining("QEMU ended with status 137 before a console line with /" + SHELL + "/ came");
            assertThatThrownBy(() -> vm.ssh("root", SshKey.generate("test"), BOOT))
                    .isInstanceOf(VmExitedException.class)
                    .hasMessageContaining("before ssh answered");
            assertThatThrownBy(vm::reset).isInstanceOf(QmpException.class);
        }
    }

    @Test
    void qemuThatDoesNotStartTellsWhy() throws Exception {
        var host = Guests.host();
        var config = Guests.firmwareOnly(directory).withDisk(Disk.raw(directory.resolve("absent.raw")));

        var failure = catchThrowableOfType(
                VmExitedException.class, () -> Vm.start(config, host).close());

        assertThat(failure.exitStatus()).isEqualTo(1);
        assertThat(failure).hasMessageContaining("absent.raw").hasMessageContaining("No such file or directory");
    }

    @Test
    void portThatIsTakenIsAReasonNotToStart() throws Exception {
        var host = Guests.host();
        try (var first = Vm.start(Guests.firmwareOnly(directory).withNetwork(Network.user()), host)) {
            var taken = new Network.User(first.sshPort());

            assertThatThrownBy(() -> Vm.start(Guests.firmwareOnly(directory).withNetwork(taken), host)
                            .close())
                    .isInstanceOf(VmExitedException.class)
                    .hasMessageContaining("Could not set up host forwarding rule");
        }
    }

    @Test
    void pullsThePlugOfAGuestThatIgnoresThePowerButton() throws Exception {
        // The firmware has not come to its shell, and there is nothing yet that listens to the button.
        try (var vm = Vm.start(Guests.firmwareOnly(directory), Guests.host())) {
            assertThat(vm.powerOff(SHORT)).isFalse();

            assertThat(vm.isRunning()).isFalse();
            assertThat(vm.awaitExit(Duration.ZERO)).isZero();
        }
    }

    @Test
    void sshToAGuestWithoutSshTimesOutWithTheReason() throws Exception {
        try (var vm = Vm.start(Guests.firmwareOnly(directory).withNetwork(Network.user()), Guests.host())) {
            assertThatThrownBy(() -> vm.ssh("root", SshKey.generate("test"), SHORT))
                    .isInstanceOf(VmTimeoutException.class)
                    .hasMessageContaining("in vain for ssh as root (root cannot log in on port " + vm.sshPort());
        }
    }

    @Test
    void machineProtocolTellsErrors() throws Exception {
        try (var vm = Vm.start(Guests.firmwareOnly(directory), Guests.host())) {
            assertThat(vm.qmp().execute("query-name").path("name").asText()).isEqualTo("guest");
            assertThatThrownBy(() -> vm.qmp().execute("no-such-command"))
                    .isInstanceOf(QmpException.class)
                    .hasMessage("QMP command no-such-command: The command no-such-command has not been found");
        }
    }

    @Test
    void handsCredentialsToTheGuestAndHidesThemFromTheHost() throws Exception {
        var memory = ByteCount.ofMiB(128);
        var dump = directory.resolve("memory");
        // As Base64 longer than one argument of a command may be (128 KiB), and than the older SMBIOS tables (64 KiB).
        var large = new byte[100_000];
        new Random(1).nextBytes(large);
        var credentials =
                Credentials.NONE.with("test.small", "one,two=\"three\"").with("test.large", large);
        var config = Guests.firmwareOnly(directory).withMemory(memory).withCredentials(credentials);

        try (var vm = Vm.start(config, Guests.host())) {
            vm.awaitLine(AcceleratorProbe.FIRMWARE_IS_UP, BOOT);
            vm.qmp().execute("pmemsave", Map.of("val", 0, "size", memory.bytes(), "filename", dump.toString()));

            var seen = new String(Files.readAllBytes(dump), StandardCharsets.ISO_8859_1);
            assertThat(seen.contains("io.systemd.credential.binary:test.small=b25lLHR3bz0idGhyZWUi\0"))
                    .isTrue();
            assertThat(seen.contains("io.systemd.credential.binary:test.large="
                            + Base64.getEncoder().encodeToString(large) + "\0"))
                    .isTrue();
            var arguments = ProcessHandle.of(vm.pid()).orElseThrow().info().commandLine();
            assertThat(arguments).isPresent();
            assertThat(arguments.get()).doesNotContain("b25lLHR3");
        }
    }

    @Test
    void worksInDirectoriesWithLongNamesAndCommas() throws Exception {
        var deep = directory.resolve("a,b".repeat(60));
        var image = Files.createDirectories(deep).resolve("disk,readonly=on.raw");
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(ByteCount.ofMiB(1).bytes());
        }
        var config = Guests.firmwareOnly(deep)
                .withDisk(Disk.raw(image).discardingWrites())
                .withWatchdog();

        try (var vm = Vm.start(config, Guests.host())) {
            assertThat(vm.qmp().execute("query-block").toString()).contains("disk,readonly=on.raw");
            assertThat(vm.directory()).isEqualTo(deep.resolve("guest-1"));
        }
        try (var again = Vm.start(config, Guests.host())) {
            assertThat(again.directory()).isEqualTo(deep.resolve("guest-2"));
        }
    }

    @Test
    void leavesNothingInTheTemporaryDirectory() throws Exception {
        Path scratch;
        try (var vm = Vm.start(Guests.firmwareOnly(directory), Guests.host())) {
            var chardevs = vm.qmp().execute("query-chardev").toString();
            var socket = Pattern.compile("unix:([^,\"]*)").matcher(chardevs);
            assertThat(socket.find()).as(chardevs).isTrue();
            scratch = Path.of(socket.group(1)).resolveSibling(".").normalize();
            assertThat(scratch).isDirectory();
        }
        assertThat(scratch).doesNotExist();
    }
}
