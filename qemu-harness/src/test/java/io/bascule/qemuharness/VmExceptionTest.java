package io.bascule.qemuharness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class VmExceptionTest {
    private static final Path LOG = Path.of("/machines/web-1/serial.log");

    @Test
    void timeoutTellsWhatWasWaitedForAndShowsTheConsole() {
        var lines = List.of(
                new ConsoleLine(Duration.ofMillis(3812), "BdsDxe: starting Boot0001"),
                new ConsoleLine(Duration.ofMillis(12_345), "Kernel panic - not syncing"));

        var failure = new VmTimeoutException(
                "a console line with /boot-ok/",
                Duration.ofMillis(240_500),
                new VmEvidence("web", lines, LOG, "qemu: warning: one\nqemu: warning: two\n"));

        assertThat(failure).hasMessage("""
                web: waited 240.5 s in vain for a console line with /boot-ok/
                  QEMU said:
                    qemu: warning: one
                    qemu: warning: two
                  last lines of the console (all of it in /machines/web-1/serial.log):
                    [  3.812] BdsDxe: starting Boot0001
                    [ 12.345] Kernel panic - not syncing""");
        assertThat(failure.waitedFor()).isEqualTo("a console line with /boot-ok/");
        assertThat(failure.limit()).isEqualTo(Duration.ofMillis(240_500));
        assertThat(failure.evidence().lastLines()).isEqualTo(lines);
    }

    @Test
    void earlyEndTellsTheStatusAndWhatQemuSaid() {
        var failure =
                new VmExitedException("ssh answered", 1, new VmEvidence("web", List.of(), LOG, "qemu: no such disk\n"));

        assertThat(failure).hasMessage("""
                web: QEMU ended with status 1 before ssh answered
                  QEMU said:
                    qemu: no such disk
                  the console has printed nothing (/machines/web-1/serial.log)""");
        assertThat(failure.exitStatus()).isEqualTo(1);
    }
}
