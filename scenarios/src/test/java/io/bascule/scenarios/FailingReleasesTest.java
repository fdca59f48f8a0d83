package io.bascule.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way to fail that {@code test-images} has ends on the slot that ran before. */
@Tag("long")
class FailingReleasesTest {
    private static final Duration LIMIT = Duration.ofMinutes(6);

    @TempDir
    private Path temporary = Path.of("");

    /** Each with a line that must be on the console before the host is back. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dead-kernel           | Kernel panic - not syncing
            stuck-initrd          | bascule: the initrd did not get to the system in time
            unmountable           | bascule: the initrd could not bring up this slot
            corrupt-verity        | Kernel panic - not syncing: dm-verity device corrupted
            failing-health-check  | bascule: health check required.d/90-broken failed
            hanging-health-check  | bascule: health check required.d/90-hanging overdue
            never-complete        | bascule: this boot of test_1.3.0.efi failed: rebooting
            hang                  | test-hang: nothing runs from now on
            """)
    void comesBackFrom(String image, String line) throws Exception {
        var good = Releases.testImage("good", "1.0.0");
        var bad = Releases.testImage(image, "1.3.0");
        try (var tower = UpdatingHost.install(image, good, temporary)) {
            tower.assertRuns(good);
            tower.update(bad, "--tries 1");
            var mark = tower.host().reboot(1);
            tower.host().vm().awaitLine(Pattern.compile(Pattern.quote(line)), mark, LIMIT);
            tower.host().awaitStarts(mark, 2);
            tower.assertRuns(good);
            assertThat(tower.host().bootEntries()).containsExactly("test_1.0.0.efi", "test_1.3.0+0-1.efi");
            assertThat(tower.host()
                            .engineJson("known-bad")
                            .path(0)
                            .path("version")
                            .asText())
                    .isEqualTo("1.3.0");
        }
    }

    @Test
    void leavesAReleaseThatWasGoodAndDoesNotComeUpAnyMore() throws Exception {
        var good = Releases.testImage("good", "1.0.0");
        var crashing = Releases.testImage("crash-after-blessing", "1.3.0");
        try (var tower = UpdatingHost.install("crash-after-blessing", good, temporary)) {
            tower.assertRuns(good);
            tower.update(crashing, "");
            tower.host().reboot(1);
            tower.assertRuns(crashing);
            assertThat(tower.host().bootEntries()).contains("test_1.3.0.efi");

            // Three boots that crash, the one whose initrd demotes its entry, and the good one.
            tower.host().reboot(5);
            tower.assertRuns(good);
            assertThat(tower.host().bootEntries()).containsExactly("test_1.0.0.efi", "test_1.3.0+0-3.efi");
            assertThat(tower.host()
                            .engineJson("known-bad")
                            .path(0)
                            .path("version")
                            .asText())
                    .isEqualTo("1.3.0");
            assertThat(tower.host().engineJson("history"))
                    .extracting(entry -> entry.path("event").asText())
                    .containsOnlyOnce("demoted");
        }
    }
}
