package io.bascule.qemuharness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No QEMU outlives the JVM that started it, however that ends. */
class OrphanTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "vm, KILL",
        "vm, INT",
        "vm, TERM",
        "vm, HUP",
        "interactive, KILL",
        "interactive, INT",
        "interactive, TERM"
    })
    void qemuEndsWithItsJvm(String kind, String signal) throws Exception {
        Guests.host();
        var jvm = startJvm(kind);
        try (var output = new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            var qemu = qemuPid(output);
            Assumptions.assumeFalse(
                    ignoresSignals(jvm.pid()), "this test run ignores SIGINT or SIGHUP, and so do its children");
            assertThat(ProcessHandle.of(qemu)).isPresent();

            assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(jvm.pid()))
                            .inheritIO()
                            .start()
                            .waitFor())
                    .isZero();

            assertThat(jvm.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(Guests.endsSoon(qemu)).isTrue();
        } finally {
            jvm.destroyForcibly();
        }
    }

    @Test
    void qemuEndsWhenItsGuardIsKilled() throws Exception {
        try (var vm = Vm.start(Guests.firmwareOnly(directory), Guests.host())) {
            var qemu = ProcessHandle.of(vm.pid()).orElseThrow();
            qemu.parent().orElseThrow().destroyForcibly();

            assertThat(Guests.endsSoon(vm.pid())).isTrue();
            vm.awaitExit(Duration.ofSeconds(20));
        }
    }

    private Process startJvm(String kind) throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var error = directory.resolve("stderr").toFile();
        return new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        OrphanMain.class.getName(),
                        kind,
                        directory.toString())
                .redirectError(error)
                .start();
    }

    private long qemuPid(BufferedReader output) throws Exception {
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(OrphanMain.PID)) {
                return Long.parseLong(line.substring(OrphanMain.PID.length()));
            }
        }
        throw new AssertionError("the JVM did not start QEMU: " + Files.readString(directory.resolve("stderr")));
    }

    /** A shell without job control starts what is in the background so, and it is inherited. */
    private static boolean ignoresSignals(long pid) throws Exception {
        var status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return false;
        }
        var ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                .findFirst()
                .orElse(0);
        var hup = 1L;
        var interrupt = 1L << 1;
        return (ignored & (hup | interrupt)) != 0;
    }

    /** The JVM that is ended. */
    static final class OrphanMain {
        static final String PID = "QEMU is ";

        private OrphanMain() {}

        public static void main(String[] arguments) throws Exception {
            var config = Guests.firmwareOnly(Path.of(arguments[1]));
            var host = new QemuHost(Qemu.locate(), Firmware.locate(), Accelerator.TCG, "for the test");
            switch (List.of(arguments).getFirst()) {
                case "vm" -> {
                    try (var vm = Vm.start(config, host)) {
                        report(vm.pid());
                        Thread.sleep(Duration.ofMinutes(5));
                    }
                }
                case "interactive" ->
                    InteractiveVm.run(
                            config.withNetwork(Network.user()),
                            host,
                            port -> report(ProcessHandle.current()
                                    .descendants()
                                    .filter(process ->
                                            process.info().command().orElse("").contains(Qemu.BINARY_NAME))
                                    .findFirst()
                                    .orElseThrow()
                                    .pid()));
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }

        @SuppressWarnings("SystemOut")
        private static void report(long pid) {
            System.out.println(PID + pid);
        }
    }
}
