package io.bascule.scenarios.catalogue;

import static io.bascule.scenarios.script.Scenario.onMachine;
import static io.bascule.scenarios.script.TestRelease.good;

import io.bascule.qemuharness.faultdisk.CutPolicy;
import io.bascule.scenarios.script.Moment;
import io.bascule.scenarios.script.Scenario;
import io.bascule.scenarios.script.Step;
import java.util.ArrayList;
import java.util.List;

/** The power goes at the worst of moments: a matrix of moments, and of what becomes of the writes that were not flushed. */
final class PowerCuts {
    private static final long SEED = 2026;

    private static final List<Moment> OF_AN_UPDATE = List.of(
            Moment.SLOT_IS_MARKED_PARTIAL,
            Moment.SLOT_IS_WRITTEN,
            Moment.UKI_IS_WRITTEN,
            Moment.SLOT_IS_MARKED_COMPLETE,
            Moment.ENTRY_IS_ARMED);

    private static final List<Moment> OF_A_FIRST_BOOT = List.of(Moment.STATE_IS_WRITTEN, Moment.TABLE_IS_CHANGED);

    static final List<Scenario> ALL = all();

    private PowerCuts() {}

    private static List<Scenario> all() {
        var all = new ArrayList<Scenario>();
        for (var moment : OF_AN_UPDATE) {
            all.add(duringUpdate(moment, "dropped", new CutPolicy.DropAll()));
            all.add(duringUpdate(
                    moment, "mixed", new CutPolicy.Subset(SEED + moment.key().hashCode())));
        }
        for (var moment : OF_A_FIRST_BOOT) {
            all.add(duringFirstBoot(moment));
        }
        all.add(duringTrial());
        return List.copyOf(all);
    }

    private static Scenario duringUpdate(Moment moment, String name, CutPolicy policy) {
        return onMachine(
                "power-cut@" + moment.key() + "-" + name,
                "The power goes when " + moment + ", unflushed writes are " + name
                        + ": the host comes up, and the update works",
                stage -> {
                    var tower = stage.tower(good("1.0.0"));
                    tower.isPoweredOn();
                    tower.runs(good("1.0.0"));
                    tower.willLosePowerWhen(moment, policy);
                    tower.beginsToUpdateTo(good("1.1.0"));
                    tower.hasLostItsPower();
                    tower.isPoweredOn();
                    tower.runsOneOf(good("1.0.0"), good("1.1.0"));
                    tower.updatesUnlessItRuns(good("1.1.0"));
                    tower.runs(good("1.1.0"));
                    tower.hasEntries("test_1.0.0.efi", "test_1.1.0.efi");
                    tower.knowsAsBad();
                });
    }

    private static Scenario duringFirstBoot(Moment moment) {
        return onMachine(
                "power-cut-at-first-boot@" + moment.key(),
                "The power goes in the first boot, when " + moment + ": the next boot makes the disk whole, and works",
                stage -> {
                    var tower = stage.tower(good("1.0.0"));
                    tower.willLosePowerWhen(
                            moment, new CutPolicy.Subset(SEED + moment.key().hashCode()));
                    tower.isPoweredOn();
                    tower.hasLostItsPower();
                    tower.isPoweredOn();
                    tower.runs(good("1.0.0"));
                    tower.does(
                            Step.Kind.CHECK,
                            "it has both slots and STATE",
                            "test -e /dev/disk/by-partlabel/USR-B"
                                    + " && test -e /dev/disk/by-partlabel/USR-B-verity && findmnt -n -o SOURCE,FSTYPE /var");
                    tower.updatesTo(good("1.1.0"));
                    tower.reboots();
                    tower.runs(good("1.1.0"));
                });
    }

    /** The first boot of a new release counts a try, and blesses: both are changes of names on the ESP. */
    private static Scenario duringTrial() {
        return onMachine(
                "power-cut@try-is-counted",
                "The power goes when systemd-boot has counted a try of a new release: it has others, and runs",
                stage -> {
                    var tower = stage.tower(good("1.0.0"));
                    tower.isPoweredOn();
                    tower.runs(good("1.0.0"));
                    tower.updatesTo(good("1.1.0"));
                    tower.isSwitchedOff();
                    tower.willLosePowerWhen(Moment.ESP_IS_CHANGED, new CutPolicy.Subset(SEED));
                    tower.isPoweredOn();
                    tower.hasLostItsPower();
                    tower.willLosePowerWhen(Moment.ESP_IS_CHANGED, new CutPolicy.DropAll());
                    tower.isPoweredOn();
                    tower.hasLostItsPower();
                    tower.isPoweredOn();
                    tower.runs(good("1.1.0"));
                    tower.hasEntries("test_1.0.0.efi", "test_1.1.0.efi");
                });
    }
}
