package io.bascule.imagebuilder.skeleton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner of health checks. */
class HealthScriptTest {
    private static final String HEALTH = "image/usr/lib/bascule/health";

    @TempDir
    private Path host = Path.of("");

    private Scripts scripts;
    private Path vendor = Path.of("");
    private Path admin = Path.of("");

    @BeforeEach
    void host() throws IOException {
        scripts = new Scripts(host);
        vendor = host.resolve("vendor/health.d");
        admin = host.resolve("etc/health.d");
        Files.createDirectories(vendor.resolve("required.d"));
        Files.createDirectories(admin.resolve("required.d"));
        scripts.set("BASCULE_LIB", host.resolve("vendor").toString());
        scripts.set("BASCULE_ETC", host.resolve("etc").toString());
    }

    /** {@return the results without their times} */
    private List<String> results() throws IOException {
        return Files.readAllLines(host.resolve("run/health")).stream()
                .map(line -> line.replaceFirst("\\t\\d+\\.\\d\\d\\t", "\t|\t"))
                .toList();
    }

    private String console() throws IOException {
        var console = host.resolve("console");
        return Files.exists(console) ? Files.readString(console) : "";
    }

    @Test
    void aHostWithoutChecksIsHealthy() throws Exception {
        assertThat(scripts.run(HEALTH).status()).isZero();
        assertThat(results()).isEmpty();
    }

    @Test
    void runsTheChecksOfVendorAndAdminInTheOrderOfTheirNames() throws Exception {
        Scripts.program(vendor.resolve("required.d/20-b"), "echo b");
        Scripts.program(vendor.resolve("required.d/40-d"), "echo d");
        Scripts.program(admin.resolve("required.d/10-a"), "echo first; echo \"a\tand\u0001more\"");
        Scripts.program(admin.resolve("required.d/30-c"), "echo c >&2");
        Scripts.program(vendor.resolve("wanted.d/05-e"), ":");

        assertThat(scripts.run(HEALTH).status()).isZero();

        assertThat(results())
                .containsExactly(
                        "10-a\trequired\tok\t|\ta and more",
                        "20-b\trequired\tok\t|\tb",
                        "30-c\trequired\tok\t|\tc",
                        "40-d\trequired\tok\t|\td",
                        "05-e\twanted\tok\t|\t");
        assertThat(console()).isEmpty();
    }

    @Test
    void theAdminReplacesAndMasksChecksOfTheVendor() throws Exception {
        Scripts.program(vendor.resolve("required.d/10-a"), "exit 1");
        Scripts.program(vendor.resolve("required.d/20-b"), "exit 1");
        Scripts.program(admin.resolve("required.d/10-a"), "echo better");
        Files.createSymbolicLink(admin.resolve("required.d/20-b"), Path.of("/dev/null"));

        assertThat(scripts.run(HEALTH).status()).isZero();
        assertThat(results()).containsExactly("10-a\trequired\tok\t|\tbetter");
    }

    @Test
    void aRequiredCheckThatFailsFailsTheBootAfterAllOthersHaveRun() throws Exception {
        Scripts.program(vendor.resolve("required.d/10-a"), "echo 'no disk'; exit 3");
        Scripts.program(vendor.resolve("required.d/20-b"), "echo b");

        var outcome = scripts.run(HEALTH);

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(results())
                .containsExactly("10-a\trequired\tfailed\t|\tno disk (status 3)", "20-b\trequired\tok\t|\tb");
        assertThat(console()).isEqualTo("bascule: health check required.d/10-a failed: no disk (status 3)\n");
    }

    @Test
    void aWantedCheckThatFailsOnlyWarns() throws Exception {
        Scripts.program(vendor.resolve("wanted.d/10-a"), "exit 1");

        assertThat(scripts.run(HEALTH).status()).isZero();
        assertThat(console()).contains("health check wanted.d/10-a failed: it said nothing (status 1)");
    }

    @Test
    void aCheckThatDoesNotEndIsOverdue() throws Exception {
        scripts.set("HEALTH_TIMEOUT", "1");
        Scripts.program(admin.resolve("required.d/10-a"), "echo waiting; sleep 30");

        assertThat(scripts.run(HEALTH).status()).isEqualTo(1);
        assertThat(results()).containsExactly("10-a\trequired\toverdue\t|\tno answer in 1 s, it last said: waiting");
    }

    @Test
    void aCheckThatIgnoresThePoliteSignalIsKilled() throws Exception {
        scripts.set("HEALTH_TIMEOUT", "1");
        Scripts.program(vendor.resolve("required.d/10-a"), "trap '' TERM; echo waiting; sleep 30");
        Scripts.program(vendor.resolve("required.d/20-b"), "echo b; kill -9 $$");

        assertThat(scripts.run(HEALTH).status()).isEqualTo(1);
        assertThat(results())
                .containsExactly(
                        "10-a\trequired\toverdue\t|\tno answer in 1 s, it last said: waiting",
                        "20-b\trequired\tfailed\t|\tb (status 137)");
    }

    /** It would hang a runner that read its output through a pipe. */
    @Test
    void aCheckMayLeaveAProcessBehind() throws Exception {
        Scripts.program(vendor.resolve("required.d/10-a"), "sleep 20 & echo done");

        assertThat(scripts.run(HEALTH).status()).isZero();
        assertThat(results()).containsExactly("10-a\trequired\tok\t|\tdone");
    }

    @Test
    void aCheckThatCannotRunProvesNothing() throws Exception {
        Files.writeString(admin.resolve("required.d/10-a"), "#!/bin/sh\n");

        assertThat(scripts.run(HEALTH).status()).isEqualTo(1);
        assertThat(console()).contains("required.d/10-a is not an executable file");
    }

    @Test
    void aBadTimeoutIsComplainedAboutAndNotUsed() throws Exception {
        scripts.set("HEALTH_TIMEOUT", "a minute");
        Scripts.program(vendor.resolve("required.d/10-a"), "echo a");

        assertThat(scripts.run(HEALTH).status()).isZero();
        assertThat(console()).contains("HEALTH_TIMEOUT must be a number of seconds, not 'a minute'");
    }
}
