package io.bascule.scenarios.catalogue;

import static io.bascule.scenarios.script.Scenario.onMachine;
import static io.bascule.scenarios.script.TestRelease.good;

import io.bascule.scenarios.script.Scenario;
import java.util.List;

/** The engine is killed while it works. */
final class KilledEngines {
    static final List<Scenario> ALL =
            List.of(killedWhile("writing", "writing slot"), killedWhile("reading-back", "reading slot"));

    private KilledEngines() {}

    private static Scenario killedWhile(String name, String engineStep) {
        return onMachine(
                "engine-killed@" + name,
                "The engine is killed while it is " + name + "; what runs still boots, and the next update works",
                stage -> {
                    var tower = stage.tower(good("1.0.0"));
                    tower.isPoweredOn();
                    tower.runs(good("1.0.0"));
                    tower.beginsToUpdateTo(good("1.1.0"));
                    tower.isAt(engineStep);
                    tower.engineIsKilled();
                    tower.reboots();
                    tower.runs(good("1.0.0"));
                    tower.updatesTo(good("1.1.0"));
                    tower.reboots();
                    tower.runs(good("1.1.0"));
                    tower.hasEntries("test_1.0.0.efi", "test_1.1.0.efi");
                    tower.knowsAsBad();
                });
    }
}
