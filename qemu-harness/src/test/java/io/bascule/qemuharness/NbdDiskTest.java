package io.bascule.qemuharness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.fat.FatContent;
import io.bascule.partitionlayout.fat.FatOptions;
import io.bascule.partitionlayout.fat.FatReader;
import io.bascule.partitionlayout.fat.FatTree;
import io.bascule.partitionlayout.fat.FatWriter;
import io.bascule.qemuharness.faultdisk.CutPolicy;
import io.bascule.qemuharness.faultdisk.Fault;
import io.bascule.qemuharness.faultdisk.FaultDisk;
import io.bascule.qemuharness.nbd.NbdServer;
import io.bascule.qemuharness.trace.DiskEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest whose disk is ours. It stays in its firmware, which writes files by itself. */
class NbdDiskTest {
    private static final Duration BOOT = Duration.ofMinutes(2);

    /** Run by the firmware's shell: the first boot writes one file, later ones another. */
    private static final String SCRIPT = """
            @echo -off
            if exist fs0:\\first.txt then
              echo first is there
              echo x > fs0:\\second.txt
              echo second is written
            else
              echo x > fs0:\\first.txt
              echo first is written
            endif
            """;

    @TempDir
    private Path directory;

    @Test
    void whatTheGuestFlushedSurvivesAPowerCutUnlessTheDiskLies() throws Exception {
        var host = Guests.host();
        var base = new MemoryBlockDevice(64 << 20);
        var tree = new FatTree();
        tree.addFile("startup.nsh", FatContent.of(SCRIPT.getBytes(StandardCharsets.UTF_8)));
        FatWriter.write(
                base, tree, new FatOptions("TEST", 1, Instant.parse("2026-01-01T00:00:00Z"), 0, SectorSize.B512));
        var events = Collections.synchronizedList(new ArrayList<DiskEvent>());
        var disk = new FaultDisk(base, events::add);
        try (var server = NbdServer.serve(disk)) {
            var config = Guests.firmwareOnly(directory).withDisk(Disk.nbd(server.socket()));
            try (var vm = Vm.start(config, host)) {
                vm.awaitLine(Pattern.compile("^first is written"), BOOT);
                disk.mark("written");
                vm.cutPower(disk, new CutPolicy.DropAll());

                assertThat(vm.isRunning()).isFalse();
            }
            assertThat(FatReader.open(base).find("first.txt")).isPresent();
            assertThat(events).anyMatch(DiskEvent.Flush.class::isInstance);

            disk.powerOn();
            disk.inject(new Fault.IgnoreFlushes());
            try (var vm = Vm.start(config, host)) {
                vm.awaitLine(Pattern.compile("^first is there"), BOOT);
                vm.awaitLine(Pattern.compile("^second is written"), BOOT);

                assertThat(vm.cutPower(disk, new CutPolicy.DropAll()).lostSectors())
                        .isPositive();
            }
            assertThat(FatReader.open(base).find("first.txt")).isPresent();
            assertThat(FatReader.open(base).find("second.txt")).isEmpty();
        }
    }

    @Test
    void aServerThatHasGoneIsAReasonNotToStart() throws Exception {
        var host = Guests.host();
        Path socket;
        try (var server = NbdServer.serve(new MemoryBlockDevice(1 << 20))) {
            socket = server.socket();
        }
        var config = Guests.firmwareOnly(directory).withDisk(Disk.nbd(socket));

        assertThatThrownBy(() -> Vm.start(config, host).close())
                .isInstanceOf(VmExitedException.class)
                .hasMessageContaining(socket.toString())
                .hasMessageContaining("No such file or directory");
    }
}
