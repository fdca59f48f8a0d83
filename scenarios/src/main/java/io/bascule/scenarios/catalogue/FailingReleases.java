package io.bascule.scenarios.catalogue;

import static io.bascule.scenarios.script.Scenario.onMachine;
import static io.bascule.scenarios.script.TestRelease.failing;
import static io.bascule.scenarios.script.TestRelease.good;

import io.bascule.scenarios.script.Scenario;
import java.util.List;
import java.util.stream.Stream;

/** Every way to fail that {@code test-images} has ends on the slot that ran before. */
final class FailingReleases {
    private static final Scenario CRASH_AFTER_BLESSING = onMachine(
            "crash-after-blessing",
            "A release that was good and does not come up any more is left after three boots",
            stage -> {
                var crashing = failing("crash-after-blessing", "1.3.0");
                var tower = stage.tower(good("1.0.0"));
                tower.isPoweredOn();
                tower.runs(good("1.0.0"));
                tower.updatesTo(crashing);
                tower.reboots();
                tower.runs(crashing);
                tower.hasEntries("test_1.0.0.efi", "test_1.3.0.efi");

                // Three boots that crash, the one whose initrd demotes its entry, and the good one.
                tower.reboots();
                tower.hasStarted(5);
                tower.runs(good("1.0.0"));
                tower.hasEntries("test_1.0.0.efi", "test_1.3.0+0-3.efi");
                tower.knowsAsBad("1.3.0");
                tower.remembers("updated", "demoted");
            });

    static final List<Scenario> ALL = Stream.concat(
                    Stream.of(
                            comesBackFrom("dead-kernel", "Kernel panic - not syncing"),
                            comesBackFrom("stuck-initrd", "bascule: the initrd did not get to the system in time"),
                            comesBackFrom("unmountable", "bascule: the initrd could not bring up this slot"),
                            comesBackFrom("corrupt-verity", "Kernel panic - not syncing: dm-verity device corrupted"),
                            comesBackFrom("failing-health-check", "bascule: health check required.d/90-broken failed"),
                            comesBackFrom(
                                    "hanging-health-check", "bascule: health check required.d/90-hanging overdue"),
                            comesBackFrom("never-complete", "bascule: this boot of test_1.3.0.efi failed: rebooting"),
                            comesBackFrom("hang", "test-hang: nothing runs from now on")),
                    Stream.of(CRASH_AFTER_BLESSING))
            .toList();

    private FailingReleases() {}

    /** @param line that must be on the console before the host is back */
    private static Scenario comesBackFrom(String image, String line) {
        return onMachine(
                "comes-back-from@" + image,
                "A host takes a release that fails in the way of test-images/" + image + ", and comes back from it",
                stage -> {
                    var tower = stage.tower(good("1.0.0"));
                    tower.isPoweredOn();
                    tower.runs(good("1.0.0"));
                    tower.updatesWithOneTryTo(failing(image, "1.3.0"));
                    tower.reboots();
                    tower.says(line);
                    tower.hasStarted(2);
                    tower.runs(good("1.0.0"));
                    tower.hasEntries("test_1.0.0.efi", "test_1.3.0+0-1.efi");
                    tower.knowsAsBad("1.3.0");
                });
    }
}
