package io.bascule.scenarios.catalogue;

import static io.bascule.scenarios.script.Scenario.onMachine;
import static io.bascule.scenarios.script.TestRelease.failing;
import static io.bascule.scenarios.script.TestRelease.good;

import io.bascule.scenarios.crash.Phase;
import io.bascule.scenarios.script.Scenario;
import java.util.List;

/** The loop, as it goes when only the release may be at fault. */
final class UpdateStories {
    private static final long SEED = 2026;

    private static final Scenario UPDATE_AND_FALL_BACK = onMachine(
            "update-and-fall-back", "A host takes a good release, then a bad one, and swings back by itself", stage -> {
                var tower = stage.tower(good("1.0.0"));
                var recording = tower.isRecorded();
                tower.isPoweredOn();
                tower.runs(good("1.0.0"));
                tower.updatesTo(good("1.1.0"));
                tower.hasEntries("test_1.0.0.efi", "test_1.1.0+3-0.efi");
                tower.reboots();
                tower.runs(good("1.1.0"));
                tower.hasEntries("test_1.0.0.efi", "test_1.1.0.efi");

                var bad = failing("failing-health-check", "1.2.0");
                tower.updatesWithOneTryTo(bad);
                tower.mark(
                        Phase.of("trial", "1.1.0", "1.2.0").withTrial("1.2.0").mark());
                tower.reboots();
                tower.hasStarted(2);
                tower.runs(good("1.1.0"));
                tower.isRecordedNoMore();
                tower.hasEntries("test_1.1.0.efi", "test_1.2.0+0-1.efi");
                tower.knowsAsBad("1.2.0");
                tower.refuses(bad, "known-bad");
                tower.remembers("installed", "updated", "installed", "fell-back");

                // A short part of it is cut everywhere, too, and one such disk is booted: the long run does all of it.
                var host = RecordedHost.of(stage, recording, good("1.0.0"), good("1.1.0"), bad)
                        .atAGlance();
                host.compareWithFirmware(stage, host.explore(stage, SEED), 1, 1);
            });

    static final List<Scenario> ALL = List.of(UPDATE_AND_FALL_BACK);

    private UpdateStories() {}
}
