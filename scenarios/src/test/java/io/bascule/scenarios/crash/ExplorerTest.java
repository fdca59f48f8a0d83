package io.bascule.scenarios.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.scenarios.bootpath.BootOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No power cut bricks a host; and where something is missing that keeps it from that, the explorer sees it. */
class ExplorerTest {
    private static final int SEED = 2026;

    /** How entries of one name can lie on sectors. */
    private static final int PLACES = 16;

    private static final int LEAST_STATES = 10_000;

    @TempDir
    private Path folder;

    @Test
    void noPowerCutBricksAHost() throws IOException {
        try (var explorer = Explorer.quick(SEED)) {
            var report = CrashReport.EMPTY;
            for (var scenario : Scenario.values()) {
                // Where only names change, every place that they can have is a matter of moments.
                for (var filler = 0; filler < (scenario.writes() ? 1 : PLACES); filler++) {
                    report = report.plus(explorer.explore(scenario, filler));
                }
            }
            assertThat(report.failures()).as(report.toString()).isEmpty();
            assertThat(report.states()).isGreaterThan(LEAST_STATES);
            assertThat(report.followed()).isGreaterThan(report.distinct() / 10);
            assertThat(report.closest()).hasSize(CrashReport.CLOSEST);
        }
    }

    @Test
    @Tag("long")
    void noPowerCutBricksAHostHoweverItIsLookedAt() throws IOException {
        try (var explorer = Explorer.thorough(SEED)) {
            var report = CrashReport.EMPTY;
            for (var scenario : Scenario.values()) {
                for (var filler = 0; filler < PLACES; filler += scenario.writes() ? 4 : 1) {
                    report = report.plus(explorer.explore(scenario, filler));
                }
            }
            assertThat(report.failures()).as(report.toString()).isEmpty();
        }
    }

    /** The control: a disk that takes a flush for nothing ends with two torn copies of its partition table, among others. */
    @Test
    void diskThatIgnoresFlushesBricksHosts() throws IOException {
        try (var explorer = Explorer.broken(SEED, VfatEsp.Syncing.FILE_AND_FOLDER, false)) {
            var report = explorer.explore(Scenario.UPDATE, 0);
            assertThat(reasons(report)).anyMatch(reason -> reason.startsWith("Bricked[reason=GPT header: "));
            assertThat(report.windows()).isOne();
        }
    }

    /** What the engine did once: vfat then says that the file is empty, for a minute, and a rollback renames both. */
    @Test
    void rollbackThatSyncsTheFolderOnlyBricksHosts() throws IOException {
        try (var explorer = Explorer.broken(SEED, VfatEsp.Syncing.FOLDER, true)) {
            var report = explorer.explore(Scenario.ROLLBACK, 0);
            assertThat(reasons(report)).contains("Bricked[reason=systemd-boot finds no entry]");
        }
    }

    @Test
    void failureIsReplayedByItsRecipe() throws IOException {
        try (var explorer = Explorer.broken(SEED, VfatEsp.Syncing.FOLDER, true)) {
            var failure = explorer.explore(Scenario.ROLLBACK, 3).failures().getFirst();
            var replayed = explorer.replay(failure.recipe().toString());
            assertThat(replayed.failures()).hasSize(1);
            assertThat(replayed.failures().getFirst().recipe().window())
                    .isEqualTo(failure.recipe().window());
            assertThat(replayed.failures().getFirst().reason()).isEqualTo(failure.reason());
        }
    }

    @Test
    void closestStateIsReplayedAndExported() throws IOException {
        try (var explorer = Explorer.quick(SEED)) {
            var report = explorer.explore(Scenario.ROLLBACK, 2);
            var closest = report.closest().getFirst();
            assertThat(report.closest())
                    .isSortedAccordingTo((a, b) -> a.margin().compareTo(b.margin()));
            var replayed = explorer.replay(closest.recipe().toString());
            assertThat(replayed.failures()).isEmpty();
            assertThat(replayed.followed()).isOne();
            var image = folder.resolve("closest.img");
            explorer.export(closest.recipe(), image);
            try (var disk = FileBlockDevice.openReadOnly(image)) {
                var path = CrashHost.bootPath(Stream.of("1.0.0", "1.1.0"));
                assertThat(path.next(disk)).isInstanceOf(BootOutcome.Boots.class);
                assertThat(path.margin(disk)).isEqualTo(closest.margin());
            }
        }
    }

    @Test
    void recipeOfNoRecordingIsRefused() throws IOException {
        try (var explorer = Explorer.quick(SEED)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> explorer.replay("scenario=rollback filler=0 seed=1 event=9999 window=[]"))
                    .withMessageContaining("no window ends before event 9999");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> explorer.replay("scenario=rollback filler=0 seed=1 event=1 window=[]"))
                    .withMessageContaining("is not of this recording");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> explorer.replay("rollback"))
                    .withMessageContaining("not a recipe");
        }
    }

    private static List<String> reasons(CrashReport report) {
        return report.failures().stream().map(CrashReport.Failure::reason).toList();
    }
}
