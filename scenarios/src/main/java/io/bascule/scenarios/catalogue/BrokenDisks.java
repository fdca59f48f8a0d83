package io.bascule.scenarios.catalogue;

import static io.bascule.scenarios.script.Scenario.onMachine;
import static io.bascule.scenarios.script.TestRelease.good;

import io.bascule.qemuharness.faultdisk.ByteRange;
import io.bascule.qemuharness.faultdisk.Fault;
import io.bascule.scenarios.script.Scenario;
import java.time.Duration;
import java.util.List;

/** The disk itself is at fault. */
final class BrokenDisks {
    /** What systems have been seen to wait for a disk that recovers by itself. */
    private static final Duration LONG = Duration.ofSeconds(40);

    private static final Scenario STALLS = onMachine(
            "disk-stalls",
            "In the middle of an update the disk answers forty seconds late: the update goes on afterwards",
            stage -> {
                var tower = stage.tower(good("1.0.0"));
                tower.isPoweredOn();
                tower.runs(good("1.0.0"));
                tower.beginsToUpdateTo(good("1.1.0"));
                tower.isAt("writing slot");
                tower.hasOnItsDisk(new Fault.Stall(LONG));
                tower.waits(LONG);
                tower.hasASoundDiskAgain();
                tower.endsUpdateWith(0);
                tower.reboots();
                tower.runs(good("1.1.0"));
            });

    private static final Scenario FAILS_WRITES = onMachine(
            "disk-fails-writes",
            "The disk refuses writes to the other slot: the update fails, what runs goes on, a sound disk takes the next one",
            stage -> {
                var tower = stage.tower(good("1.0.0"));
                tower.isPoweredOn();
                tower.runs(good("1.0.0"));
                tower.hasOnItsDisk(new Fault.FailWrites(tower.slotB(), Fault.ALWAYS));
                tower.refuses(good("1.1.0"), "io");
                tower.hasEntries("test_1.0.0.efi");
                tower.hasASoundDiskAgain();
                tower.updatesTo(good("1.1.0"));
                tower.reboots();
                tower.runs(good("1.1.0"));
            });

    private static final Scenario LIES = onMachine(
            "disk-lies",
            "The disk returns other bytes of the other slot than were written: reading back finds it, nothing is armed",
            stage -> {
                var tower = stage.tower(good("1.0.0"));
                tower.isPoweredOn();
                tower.runs(good("1.0.0"));
                tower.hasOnItsDisk(new Fault.BitRot(ByteRange.of(tower.slotB().position() + (5 << 20) + 77, 1), 0x10));
                tower.refuses(good("1.1.0"), "mismatch");
                tower.hasEntries("test_1.0.0.efi");
                tower.hasASoundDiskAgain();
                tower.updatesTo(good("1.1.0"));
                tower.reboots();
                tower.runs(good("1.1.0"));
            });

    private static final Scenario FAILS_READS = onMachine(
            "disk-fails-reads",
            "After an update the disk cannot read the new slot any more: the host comes back to the old one",
            stage -> {
                var tower = stage.tower(good("1.0.0"));
                tower.isPoweredOn();
                tower.runs(good("1.0.0"));
                tower.updatesWithOneTryTo(good("1.1.0"));
                tower.hasOnItsDisk(new Fault.FailReads(tower.slotB(), Fault.ALWAYS));
                tower.reboots();
                tower.hasStarted(2);
                tower.runs(good("1.0.0"));
                tower.hasEntries("test_1.0.0.efi", "test_1.1.0+0-1.efi");
                tower.knowsAsBad("1.1.0");
            });

    static final List<Scenario> ALL = List.of(STALLS, FAILS_WRITES, LIES, FAILS_READS);

    private BrokenDisks() {}
}
