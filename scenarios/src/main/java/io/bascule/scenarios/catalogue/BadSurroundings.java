package io.bascule.scenarios.catalogue;

import static io.bascule.scenarios.script.Scenario.onMachine;
import static io.bascule.scenarios.script.TestRelease.good;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.scenarios.script.Scenario;
import io.bascule.scenarios.script.Step;
import io.bascule.scenarios.script.Tower;
import io.bascule.scenarios.script.TowerOptions;
import java.time.Instant;
import java.util.List;

/** Everything around the engine goes wrong, but the disk itself: no room, no memory, no network, no right time. */
final class BadSurroundings {
    /** What a gigabyte machine would not notice. */
    private static final ByteCount LITTLE_MEMORY = ByteCount.ofMiB(512);

    private static final Scenario FULL_STATE = onMachine(
            "full-state",
            "STATE is full to the last byte: the host boots all the same, and updates when there is room again",
            stage -> {
                var tower = stage.tower(good("1.0.0"));
                tower.isPoweredOn();
                tower.runs(good("1.0.0"));
                tower.does(
                        Step.Kind.FAULT,
                        "/var is filled to the last byte",
                        "dd if=/dev/zero of=/var/filler bs=1M 2>/dev/null; dd if=/dev/zero of=/var/rest bs=512 2>/dev/null;"
                                + " sync; df --output=avail /var | tail -n 1");
                tower.refuses(good("1.1.0"), "io");
                tower.reboots();
                tower.runs(good("1.0.0"));
                tower.hasEntries("test_1.0.0.efi");
                tower.does(Step.Kind.FAULT, "there is room again", "rm /var/filler /var/rest");
                updatesAndRuns(tower);
            });

    private static final Scenario FULL_ESP = onMachine(
            "full-esp",
            "The ESP is full: no update is taken and nothing is lost; it is taken when there is room again",
            stage -> {
                var tower = stage.tower(good("1.0.0"));
                tower.isPoweredOn();
                tower.runs(good("1.0.0"));
                tower.does(
                        Step.Kind.FAULT,
                        "the ESP is filled to the last byte",
                        "dd if=/dev/zero of=/efi/filler bs=1M 2>/dev/null; sync; df --output=avail /efi | tail -n 1");
                tower.refuses(good("1.1.0"), "no-space-on-esp");
                tower.reboots();
                tower.runs(good("1.0.0"));
                tower.hasEntries("test_1.0.0.efi");
                tower.does(Step.Kind.FAULT, "there is room again", "rm /efi/filler; sync");
                updatesAndRuns(tower);
            });

    private static final Scenario LITTLE_MEMORY_LEFT = onMachine(
            "little-memory",
            "The host has " + LITTLE_MEMORY + ", and others have taken most of it: it updates all the same",
            stage -> {
                var tower = stage.tower(good("1.0.0"), new TowerOptions().withMemory(LITTLE_MEMORY));
                tower.isPoweredOn();
                tower.runs(good("1.0.0"));
                tower.does(
                        Step.Kind.FAULT,
                        "somebody takes memory until 160 MiB are left",
                        "systemd-run --unit=hog sh -c 'head -c $(( ($(awk \"/MemAvailable/ {print \\$2}\" /proc/meminfo)"
                                + " - 163840) * 1024 )) /dev/zero | tail | sleep 3600'; sleep 15;"
                                + " grep MemAvailable /proc/meminfo");
                updatesAndRuns(tower);
            });

    private static final Scenario CLOCK_IN_1970 = onMachine(
            "clock-in-1970", "The battery of the clock is empty: the host takes an update all the same", stage -> {
                var tower =
                        stage.tower(good("1.0.0"), new TowerOptions().withClock(Instant.parse("1970-01-02T00:00:00Z")));
                tower.isPoweredOn();
                tower.runs(good("1.0.0"));
                updatesAndRuns(tower);
            });

    private static final Scenario CLOCK_JUMPS = onMachine(
            "clock-jumps",
            "The clock jumps ahead by years in the middle of an update, and back: nothing of it is lost",
            stage -> {
                var tower = stage.tower(good("1.0.0"));
                tower.isPoweredOn();
                tower.runs(good("1.0.0"));
                tower.beginsToUpdateTo(good("1.1.0"));
                tower.isAt("writing slot");
                tower.does(Step.Kind.FAULT, "the clock says that it is 2031", "date -s '2031-05-01 12:00'");
                tower.endsUpdateWith(0);
                tower.refuses(good("1.2.0"), "expired");
                tower.does(Step.Kind.FAULT, "the clock says that it is 2001", "date -s '2001-05-01 12:00'");
                tower.hasEntries("test_1.0.0.efi", "test_1.1.0+3-0.efi");
                tower.reboots();
                tower.runs(good("1.1.0"));
                tower.remembers("installed", "updated");
            });

    private static final Scenario SERVER_GONE = onMachine(
            "server-gone",
            "The server goes away in the middle of an update and stays away: the update fails, the next one works",
            stage -> {
                var tower = stage.tower(good("1.0.0"));
                tower.isPoweredOn();
                tower.runs(good("1.0.0"));
                tower.beginsToUpdateTo(good("1.1.0"));
                tower.isAt("writing slot");
                tower.losesItsServer();
                tower.endsUpdateWith(5);
                tower.hasEntries("test_1.0.0.efi");
                tower.hasItsServerBack();
                updatesAndRuns(tower);
            });

    private static final Scenario NETWORK_LOST = onMachine(
            "network-lost",
            "The network is away for ten seconds in the middle of an update: it goes on where it was",
            stage -> {
                var tower = stage.tower(good("1.0.0"));
                tower.isPoweredOn();
                tower.runs(good("1.0.0"));
                tower.beginsToUpdateTo(good("1.1.0"));
                tower.isAt("writing slot");
                tower.does(
                        Step.Kind.FAULT,
                        "the network card loses its link for ten seconds",
                        "card=$(basename $(ls -d /sys/class/net/en* /sys/class/net/eth* 2>/dev/null | head -n 1));"
                                + " systemd-run --on-active=1 sh -c \"ip link set $card down; sleep 10; ip link set $card up\"");
                tower.endsUpdateWith(0);
                tower.reboots();
                tower.runs(good("1.1.0"));
            });

    static final List<Scenario> ALL =
            List.of(FULL_STATE, FULL_ESP, LITTLE_MEMORY_LEFT, CLOCK_IN_1970, CLOCK_JUMPS, SERVER_GONE, NETWORK_LOST);

    private BadSurroundings() {}

    private static void updatesAndRuns(Tower tower) throws Exception {
        tower.updatesTo(good("1.1.0"));
        tower.reboots();
        tower.runs(good("1.1.0"));
        tower.hasEntries("test_1.0.0.efi", "test_1.1.0.efi");
    }
}
