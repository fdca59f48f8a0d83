package io.bascule.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop, closed on a real machine: a host takes a good release, then a bad one, and swings back by itself. */
class UpdateTest {
    @TempDir
    private Path temporary = Path.of("");

    @Test
    void takesAGoodReleaseAndComesBackFromABadOne() throws Exception {
        var first = Releases.testImage("good", "1.0.0");
        var second = Releases.testImage("good", "1.1.0");
        var bad = Releases.testImage("failing-health-check", "1.2.0");
        try (var tower = UpdatingHost.install("update", first, temporary)) {
            tower.assertRuns(first);
            assertThat(tower.update(second, "").path("slot").asText()).isEqualTo("B");
            assertThat(tower.host().bootEntries()).containsExactly("test_1.0.0.efi", "test_1.1.0+3-0.efi");
            tower.host().reboot(1);
            tower.assertRuns(second);
            assertThat(tower.host().bootEntries()).containsExactly("test_1.0.0.efi", "test_1.1.0.efi");

            assertThat(tower.update(bad, "--tries 1").path("slot").asText()).isEqualTo("A");
            tower.host().reboot(2);
            tower.assertRuns(second);
            assertThat(tower.host().bootEntries()).containsExactly("test_1.1.0.efi", "test_1.2.0+0-1.efi");
            assertThat(tower.host()
                            .engineJson("known-bad")
                            .path(0)
                            .path("version")
                            .asText())
                    .isEqualTo("1.2.0");
            var again = tower.host().engine("update --from " + tower.url(bad));
            assertThat(again.exitStatus()).isEqualTo(3);
            assertThat(again.stderr()).contains("known to be bad");
            assertThat(tower.host().engineJson("history"))
                    .extracting(entry -> entry.path("event").asText())
                    .containsSubsequence("installed", "updated", "installed", "fell-back");
        }
    }
}
