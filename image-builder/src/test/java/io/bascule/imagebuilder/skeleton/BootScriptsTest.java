package io.bascule.imagebuilder.skeleton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What boot-guard, boot-complete and boot-failed make of the entries on an ESP. */
class BootScriptsTest {
    private static final String GUARD = "initrd/usr/lib/bascule/boot-guard";
    private static final String COMPLETE = "image/usr/lib/bascule/boot-complete";
    private static final String FAILED = "image/usr/lib/bascule/boot-failed";
    /** The id of an entry is in lower-case letters; the name of its file need not be. */
    private static final String ID = "base_1.1.0~rc1.efi";

    private static final String FILE = "base_1.1.0~RC1.efi";

    @TempDir
    private Path host = Path.of("");

    private Scripts scripts;

    @BeforeEach
    void boot() throws IOException {
        scripts = new Scripts(host);
        for (var program : new String[] {"udevadm", "mount", "umount", "systemctl", "sleep", "sync"}) {
            scripts.pretend(program);
        }
        scripts.loaderVariable("LoaderEntrySelected", ID);
        scripts.loaderVariable("StubImageIdentifier", "\\EFI\\Linux\\" + FILE);
        scripts.loaderVariable("LoaderDevicePartUUID", "538E13C0-7E01-8CAB-9ABC-D596E12E0E28");
        scripts.entries(FILE);
    }

    private void counted(String name) throws IOException {
        scripts.loaderVariable("LoaderBootCountPath", "\\EFI\\Linux\\" + name);
    }

    @Test
    void guardCountsTheBootsOfAGoodEntry() throws Exception {
        for (var boot = 1; boot <= 3; boot++) {
            assertThat(scripts.run(GUARD)).isEqualTo(new Scripts.Outcome(0, ""));
            assertThat(scripts.attempts()).hasSize(512);
            assertThat(Files.readString(scripts.attempts())).matches(ID + " " + boot + " +\n");
        }
        assertThat(scripts.calls())
                .contains("mount -t vfat")
                .contains("/dev/disk/by-partuuid/538e13c0-7e01-8cab-9abc-d596e12e0e28")
                .contains("umount")
                .doesNotContain("systemctl");
    }

    @Test
    void guardDemotesAnEntryThatFailedThreeTimes() throws Exception {
        scripts.entries("base_1.0.0.efi");
        scripts.attempts(ID + " 3");

        var outcome = scripts.run(GUARD);

        assertThat(outcome.status()).isZero();
        assertThat(outcome.output()).contains("the last 3 boots of " + ID + " failed, falling back to base_1.0.0.efi");
        assertThat(scripts.entries()).containsExactly("base_1.0.0.efi", "base_1.1.0~RC1+0-3.efi");
        assertThat(scripts.calls()).contains("systemctl --force --force reboot");
    }

    @Test
    void guardDemotesForAnEntryThatHasTriesLeft() throws Exception {
        scripts.entries("base_1.2.0+1-2.efi");
        scripts.attempts(ID + " 3");

        assertThat(scripts.run(GUARD).output()).contains("falling back to base_1.2.0+1-2.efi");
    }

    @Test
    void guardFallsBackToTheReleaseThatARollbackLeft() throws Exception {
        scripts.entries("base_1.2.0+0-0.efi");
        scripts.attempts(ID + " 3");

        assertThat(scripts.run(GUARD).output()).contains("falling back to base_1.2.0+0-0.efi");
        assertThat(scripts.entries()).containsExactly("base_1.1.0~RC1+0-3.efi", "base_1.2.0+0-0.efi");
    }

    @Test
    void theLastTryOfARollbackRebootsIntoTheReleaseThatItLeft() throws Exception {
        scripts.entries("base_1.2.0+0-0.efi");
        counted("base_1.1.0~RC1+0-3.efi");

        assertThat(scripts.run(FAILED).status()).isEqualTo(1);
    }

    @Test
    void guardGoesOnWhenThereIsNothingToFallBackTo() throws Exception {
        scripts.entries("base_1.0.0+0-3.efi", "base_0.9.0+0.efi", "base_1.2.0.efi.tmp.part", "readme.txt");
        scripts.attempts(ID + " 3");

        var outcome = scripts.run(GUARD);

        assertThat(outcome.status()).isZero();
        assertThat(outcome.output()).contains("there is no other entry to fall back to");
        assertThat(scripts.entries()).contains(FILE);
        assertThat(scripts.calls()).doesNotContain("systemctl").contains("umount");
    }

    @Test
    void guardLeavesACountedEntryToSystemdBoot() throws Exception {
        counted("base_1.1.0~RC1+1-2.efi");
        scripts.attempts(ID + " 3");

        assertThat(scripts.run(GUARD)).isEqualTo(new Scripts.Outcome(0, ""));
        assertThat(scripts.calls()).isEmpty();
    }

    @Test
    void guardBeginsAgainForAnotherEntryAndForGarbage() throws Exception {
        scripts.entries("base_1.0.0.efi");
        for (var line : new String[] {"base_1.0.0.efi 3", ID + " 33", ID + " x", ID, "", "\u0000\u0001"}) {
            scripts.attempts(line);
            assertThat(scripts.run(GUARD).status()).isZero();
            assertThat(Files.readString(scripts.attempts())).as(line).matches(ID + " 1 +\n");
        }
    }

    @Test
    void guardLetsABootGoOnThatSystemdBootDidNotStart() throws Exception {
        Files.delete(host.resolve("efivars/LoaderEntrySelected-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"));

        assertThat(scripts.run(GUARD).status()).isZero();
        assertThat(scripts.calls()).isEmpty();
    }

    @Test
    void guardReleasesTheEspWhenItCannotCount() throws Exception {
        Files.delete(host.resolve("esp/loader"));

        assertThat(scripts.run(GUARD).status()).isNotZero();
        assertThat(scripts.calls()).contains("umount");
    }

    @Test
    void aBootThatGotThereBeginsTheCountAgain() throws Exception {
        scripts.attempts("base_1.0.0.efi 3");

        assertThat(scripts.run(COMPLETE)).isEqualTo(new Scripts.Outcome(0, ""));
        assertThat(Files.readString(scripts.attempts())).matches(ID + " 0 +\n");
        assertThat(host.resolve("run/boot-complete")).exists();
    }

    @Test
    void aCountOfZeroIsNotWrittenAgain() throws Exception {
        scripts.attempts("- 0");

        assertThat(scripts.run(COMPLETE).status()).isZero();
        assertThat(Files.readString(scripts.attempts())).startsWith("- 0");
    }

    @Test
    void aFailedBootWithTriesLeftReboots() throws Exception {
        counted("base_1.1.0~RC1+2-1.efi");
        Files.writeString(host.resolve("run/health"), "10-x\trequired\tfailed\t0.10\tno\n");

        var outcome = scripts.run(FAILED);

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.output()).contains("it has tries left");
        assertThat(Files.readString(host.resolve("state/boot-failed")))
                .isEqualTo(ID + "\n10-x\trequired\tfailed\t0.10\tno\n");
    }

    @Test
    void aFailedBootReboots() throws Exception {
        scripts.entries("base_1.0.0.efi");

        assertThat(scripts.run(FAILED)).satisfies(outcome -> {
            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.output()).contains("there is base_1.0.0.efi to fall back to");
        });
        counted("base_1.1.0~RC1+0-3.efi");
        assertThat(scripts.run(FAILED).status()).isEqualTo(1);
    }

    @Test
    void aLoneEntryStaysWithinTheReachOfItsAdmin() throws Exception {
        scripts.entries("base_1.0.0+0-3.efi");

        assertThat(scripts.run(FAILED)).satisfies(outcome -> {
            assertThat(outcome.status()).isZero();
            assertThat(outcome.output()).contains("there is no other entry");
        });
        counted("base_1.1.0~RC1+0-3.efi");
        assertThat(scripts.run(FAILED).status()).isZero();
    }

    @Test
    void whatCannotBeKnownReboots() throws Exception {
        Files.delete(host.resolve("esp/EFI/Linux").resolve(FILE));
        Files.delete(host.resolve("esp/EFI/Linux"));
        assertThat(scripts.run(FAILED).status()).isEqualTo(1);

        Files.delete(host.resolve("efivars/LoaderEntrySelected-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"));
        assertThat(scripts.run(FAILED).status()).isEqualTo(1);
    }

    @Test
    void aLoneEntryInEmergencyModeTriesAgainUnlessSomebodyCanLogIn() throws Exception {
        var shadow = host.resolve("shadow");
        scripts.set("SHADOW", shadow.toString());
        Files.writeString(shadow, "daemon:*:20000::::::\nroot:$y$j9T$salt$hash:20000::::::\n");
        assertThat(scripts.run(FAILED, "emergency").status()).isZero();

        Files.writeString(shadow, "root:*:20000::::::\n");
        var outcome = scripts.run(FAILED, "emergency");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.output()).contains("the host tries again in five minutes");
        assertThat(scripts.calls()).contains("sleep 300");
    }

    @Test
    void emergencyModeLongAfterTheBootIsTheAdminsOwn() throws Exception {
        scripts.entries("base_1.0.0.efi");
        Files.createFile(host.resolve("run/boot-complete"));

        assertThat(scripts.run(FAILED)).isEqualTo(new Scripts.Outcome(0, ""));
    }
}
