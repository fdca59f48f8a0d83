package io.bascule.updateengine;

import static io.bascule.updateengine.fixture.TestHost.OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.fixture.TestRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names on the ESP as a power cut in the middle of a change leaves them, and what fsck made of them. */
class TornNamesTest {
    private static final TestRelease V1 = TestRelease.of("1.0.0");
    private static final TestRelease V2 = TestRelease.of("1.1.0");
    private static final TestRelease NEWER = TestRelease.of("2.0.0");

    @TempDir
    private Path folder;

    private TestHost host;

    @BeforeEach
    void install() throws IOException {
        host = TestHost.install(folder.resolve("host"), V1);
    }

    /** The long name was lost: FAT's own is left, and the running release has no entry by our name. */
    @Test
    void runningEntryGetsItsNameBack() throws IOException {
        Files.move(file(V1.entry("")), file("TEST-B~1.EFI"));
        host.engine().judge();
        assertThat(host.entries()).containsExactly(V1.entry(""));
        assertThat(host.log().lines("event"))
                .contains(
                        "event: boot entry TEST-B~1.EFI renamed to test-board_1.0.0.efi, its name before a power cut");
        host.updateAndBoot(V2);
    }

    /** The blessing was torn and fsck emptied the new name, because both had the same contents. */
    @Test
    void blessingGoesOnOverAnEmptyFile() throws IOException {
        host.update(V2);
        host.boot();
        Files.createFile(file(V2.entry("")));
        host.engine().judge();
        assertThat(host.entries()).containsExactly(V1.entry(""), V2.entry(""));
        assertThat(Files.size(file(V2.entry("")))).isEqualTo(V2.uki().length);
    }

    /** The blessing was torn and both names are whole: the boot is good, and nothing of it is touched. */
    @Test
    void twoNamesOfTheRunningReleaseAreNoProblem() throws IOException {
        host.update(V2);
        host.boot();
        Files.copy(file(V2.entry("+2-1")), file(V2.entry("")));
        host.engine().judge();
        assertThat(host.entries()).contains(V2.entry(""), V2.entry("+2-1"));
        host.update(NEWER, OPTIONS);
        assertThat(host.next()).isEqualTo("2.0.0");
    }

    /** The entry was about to appear: its name is there, its start is not. */
    @Test
    void entryThatNeverAppearedIsNone() throws IOException {
        var uki = V2.uki();
        Arrays.fill(uki, 0, 512, (byte) 0);
        Files.write(file(V2.entry("+3-0")), uki);
        Files.write(file("TEST-B~1.EFI"), uki);
        assertThat(host.engine().status().toString()).doesNotContain("1.1.0");
        host.engine().judge();
        host.updateAndBoot(NEWER);
        assertThat(host.entries()).containsExactly(V1.entry(""), NEWER.entry(""));
    }

    /** What other release an alias leads to goes with the next update; a program of somebody else's stays. */
    @Test
    void aliasOfAnotherReleaseGoes() throws IOException {
        Files.write(file("TEST-B~1.EFI"), V2.uki());
        Files.write(file("MEMTES~1.EFI"), new byte[] {'M', 'Z'});
        Files.write(file("memtest.efi"), new byte[600]);
        host.update(NEWER);
        assertThat(host.entries()).containsExactly("MEMTES~1.EFI", "memtest.efi", V1.entry(""), NEWER.entry("+3-0"));
    }

    /** The name was about to change, and the new one is there, empty: the same switch again, and back, is not kept from it. */
    @Test
    void forwardAgainAndBackGoOnOverEmptyFiles() throws IOException {
        host.updateAndBoot(V2);
        Files.createFile(file(V1.entry("+3-0")));
        host.engine().rollback(OPTIONS);
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.0.0");
        Files.createFile(file(V2.entry("+3-0")));
        host.update(V2, OPTIONS);
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
        assertThat(host.entries()).containsExactly(V1.entry(""), V2.entry(""));
    }

    /** A UKI was about to be written and lost its long name: it takes room that nobody would ever give back. */
    @Test
    void aliasOfAnUnwrittenUkiGoes() throws IOException {
        Files.write(file("TEST-B~1.PAR"), new byte[8192]);
        Files.write(file("TEST-B~2.PAR"), new byte[0]);
        Files.write(file("NOTES~1.PAR"), new byte[] {'n'});
        host.updateAndBoot(V2);
        assertThat(host.entries()).containsExactly("NOTES~1.PAR", V1.entry(""), V2.entry(""));
    }

    private Path file(String name) {
        return host.espFolder().resolve(name);
    }
}
