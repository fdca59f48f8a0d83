package io.bascule.imagebuilder.skeleton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which machines are given a configuration, and what the console says if it is not understood. */
class FirstBootScriptsTest {
    private static final String NEEDED = "image/usr/lib/bascule/first-boot-needed";
    private static final String FAILED = "image/usr/lib/bascule/boot-failed";

    @TempDir
    private Path host = Path.of("");

    private Scripts scripts;

    @BeforeEach
    void bareMachine() throws IOException {
        scripts = new Scripts(host);
        scripts.set("CREDENTIALS_DIRECTORY", host.resolve("credentials").toString());
        scripts.set("FIRMWARE", host.resolve("firmware").toString());
        scripts.set("LABELS", host.resolve("labels").toString());
        scripts.set("SHADOW", host.resolve("shadow").toString());
        scripts.pretend("modprobe");
        scripts.pretend("udevadm");
        scripts.pretend("sleep");
        Files.writeString(host.resolve("shadow"), "root:*:20000::::::\n");
    }

    @Test
    void aBareMachineIsGivenNothing() throws Exception {
        assertThat(scripts.run(NEEDED))
                .isEqualTo(new Scripts.Outcome(1, "no configuration is attached to this machine\n"));
        assertThat(scripts.calls()).isEqualTo("modprobe -q qemu_fw_cfg\nudevadm settle --timeout=30\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "credentials/bascule.config",
                "firmware/opt/com.coreos/config/raw",
                "firmware/opt/org.flatcar-linux/config/raw",
                "labels/ignition",
                "labels/IGNITION",
                "labels/cidata",
                "labels/CIDATA",
                "labels/config-2",
                "labels/CONFIG-2"
            })
    void eachSourceIsSeen(String source) throws Exception {
        Files.createDirectories(host.resolve(source).getParent());
        Files.writeString(host.resolve(source), "");

        assertThat(scripts.run(NEEDED)).isEqualTo(new Scripts.Outcome(0, ""));
    }

    @Test
    void aConfigurationThatIsNotUnderstoodIsTriedAgain() throws Exception {
        Files.writeString(host.resolve("run/first-boot-failed"), "user-data:3: runcmd: is not supported\n");

        assertThat(scripts.run(FAILED)).as("the unit that would reboot at once").isEqualTo(new Scripts.Outcome(0, ""));
        var outcome = scripts.run(FAILED, "emergency");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.output())
                .contains("CANNOT BE APPLIED", "user-data:3: runcmd: is not supported", "tries again in 300 s");
        assertThat(scripts.calls()).contains("sleep 300");
    }

    @Test
    void whoCanLogInIsLetIn() throws Exception {
        Files.writeString(host.resolve("run/first-boot-failed"), "why\n");
        Files.writeString(host.resolve("shadow"), "root:$y$j9T$salt$hash:20000::::::\n");

        var outcome = scripts.run(FAILED, "emergency");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.output()).contains("log in here");
        assertThat(scripts.calls()).doesNotContain("sleep");
    }
}
