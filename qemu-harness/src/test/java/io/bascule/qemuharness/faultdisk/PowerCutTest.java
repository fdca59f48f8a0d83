package io.bascule.qemuharness.faultdisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.qemuharness.trace.DiskEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PowerCutTest {
    private static final int SEEDS = 300;

    private final List<DiskEvent> events = new ArrayList<>();
    private final MemoryBlockDevice base = new MemoryBlockDevice(1 << 20);
    private final FaultDisk disk = new FaultDisk(base, events::add);

    @Test
    void dropsWhatWasNotFlushedAndSaysHowMuch() throws Exception {
        Sectors.write(disk, 0, 2, 0x11);
        disk.flush();
        Sectors.write(disk, 1, 3, 0x22);
        Sectors.write(disk, 2, 1, 0x33);

        assertThat(disk.cutPower(new CutPolicy.DropAll())).isEqualTo(new PowerLoss(3, 3));
        assertThat(Sectors.values(base, 0, 4)).containsExactly(0x11, 0x11, 0, 0);
        assertThat(((DiskEvent.Mark) events.getLast()).text())
                .isEqualTo("power cut, DropAll[]: 3 sectors unflushed, 3 lost");
    }

    @Test
    void whatReadsTheSameAfterwardsIsNotLost() throws Exception {
        Sectors.write(disk, 0, 2, 0x11);
        disk.flush();
        Sectors.write(disk, 1, 2, 0x11);

        assertThat(disk.cutPower(new CutPolicy.DropAll())).isEqualTo(new PowerLoss(2, 1));
    }

    @Test
    void olderVersionsOfADurableSectorDoNotComeBack() throws Exception {
        for (var seed = 0; seed < SEEDS; seed++) {
            var tested = new FaultDisk(new MemoryBlockDevice(1 << 20), event -> {});
            Sectors.write(tested, 0, 3, 0x11);
            tested.write(512, Sectors.of(1, 0x22), true);
            tested.cutPower(new CutPolicy.Subset(seed));
            tested.powerOn();

            assertThat(Sectors.values(tested, 1, 1)).containsExactly(0x22);
        }
    }

    @Test
    void subsetKeepsAnyVersionOfEachSectorByItself() throws Exception {
        var seen = new HashMap<List<Integer>, Integer>();
        for (var seed = 0; seed < 6 * SEEDS; seed++) {
            var bytes = new MemoryBlockDevice(1 << 20);
            var tested = new FaultDisk(bytes, event -> {});
            Sectors.write(tested, 0, 1, 0x11);
            tested.flush();
            Sectors.write(tested, 0, 2, 0x22);
            Sectors.write(tested, 0, 1, 0x33);
            var loss = tested.cutPower(new CutPolicy.Subset(seed));

            var values = Sectors.values(bytes, 0, 2);
            assertThat(loss.unflushedSectors()).isEqualTo(2);
            assertThat(loss.lostSectors()).isEqualTo((values[0] == 0x33 ? 0 : 1) + (values[1] == 0x22 ? 0 : 1));
            seen.merge(List.of(values[0], values[1]), 1, Integer::sum);
        }
        // Each of the six is expected 300 times; the seeds are fixed, so this is no gamble.
        assertThat(seen.keySet())
                .containsExactlyInAnyOrder(
                        List.of(0x11, 0),
                        List.of(0x22, 0),
                        List.of(0x33, 0),
                        List.of(0x11, 0x22),
                        List.of(0x22, 0x22),
                        List.of(0x33, 0x22));
        assertThat(seen.values()).allSatisfy(count -> assertThat(count).isBetween(220, 380));
    }

    @Test
    void tornKeepsAPrefixThatEndsInsideAWrite() throws Exception {
        var seen = new HashSet<List<Integer>>();
        for (var seed = 0; seed < SEEDS; seed++) {
            var bytes = new MemoryBlockDevice(1 << 20);
            var tested = new FaultDisk(bytes, event -> {});
            Sectors.write(tested, 0, 3, 0x11);
            Sectors.write(tested, 1, 3, 0x22);
            tested.cutPower(new CutPolicy.Torn(seed));
            seen.add(Arrays.stream(Sectors.values(bytes, 0, 4)).boxed().toList());
        }
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        List.of(0x11, 0, 0, 0),
                        List.of(0x11, 0x11, 0, 0),
                        List.of(0x11, 0x22, 0x11, 0),
                        List.of(0x11, 0x22, 0x22, 0));
    }

    @Test
    void aTornWriteMayCrossWindows() throws Exception {
        for (var seed = 0; seed < SEEDS; seed++) {
            var bytes = new MemoryBlockDevice(4 << 20);
            var tested = new FaultDisk(bytes, event -> {});
            Sectors.write(tested, 2046, 4, 0x11);
            tested.cutPower(new CutPolicy.Torn(seed));

            assertThat(Arrays.stream(Sectors.values(bytes, 2046, 4)).boxed().toList())
                    .isIn(List.of(0x11, 0, 0, 0), List.of(0x11, 0x11, 0, 0), List.of(0x11, 0x11, 0x11, 0));
        }
    }

    @Test
    void theSameSeedGivesTheSameDisk() throws Exception {
        var images = new HashSet<List<Integer>>();
        for (var run = 0; run < 3; run++) {
            var bytes = new MemoryBlockDevice(1 << 20);
            var tested = new FaultDisk(bytes, event -> {});
            for (var i = 0; i < 100; i++) {
                Sectors.write(tested, i * 7 % 64, 2, i + 1);
            }
            tested.cutPower(new CutPolicy.Subset(7));
            images.add(Arrays.stream(Sectors.values(bytes, 0, 66)).boxed().toList());
        }
        assertThat(images).hasSize(1);
    }

    @Test
    void refusesEverythingUntilThePowerIsBack() throws Exception {
        Sectors.write(disk, 0, 1, 0x11);
        disk.cutPower(new CutPolicy.DropAll());
        events.clear();

        assertThatThrownBy(() -> Sectors.values(disk, 0, 1))
                .isInstanceOf(IOException.class)
                .hasMessage("the disk has no power");
        assertThatThrownBy(() -> Sectors.write(disk, 0, 1, 1)).hasMessage("the disk has no power");
        assertThatThrownBy(disk::flush).hasMessage("the disk has no power");
        assertThatThrownBy(() -> disk.cutPower(new CutPolicy.DropAll())).isInstanceOf(IllegalStateException.class);
        assertThat(events).isEmpty();

        disk.powerOn();
        assertThat(Sectors.values(disk, 0, 1)).containsExactly(0);
        Sectors.write(disk, 0, 1, 0x22);
        disk.flush();
        assertThat(Sectors.values(base, 0, 1)).containsExactly(0x22);
    }

    @Test
    void closingWithoutPowerKeepsTheLoss() throws Exception {
        Sectors.write(disk, 0, 1, 0x11);
        disk.cutPower(new CutPolicy.DropAll());
        disk.close();

        assertThat(Sectors.values(base, 0, 1)).containsExactly(0);
    }

    @Test
    void aDiskThatIgnoresFlushesLosesWhatWasFlushed() throws Exception {
        disk.inject(new Fault.IgnoreFlushes());
        Sectors.write(disk, 0, 1, 0x11);
        disk.flush();
        disk.write(512, Sectors.of(1, 0x22), true);

        assertThat(Sectors.values(disk, 0, 2)).containsExactly(0x11, 0x22);
        assertThat(events).hasSize(3);
        assertThat(disk.cutPower(new CutPolicy.DropAll())).isEqualTo(new PowerLoss(2, 2));
        assertThat(Sectors.values(base, 0, 2)).containsExactly(0, 0);
    }
}
