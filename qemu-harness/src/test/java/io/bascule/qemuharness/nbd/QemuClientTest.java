package io.bascule.qemuharness.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.qemuharness.faultdisk.ByteRange;
import io.bascule.qemuharness.faultdisk.CutPolicy;
import io.bascule.qemuharness.faultdisk.Fault;
import io.bascule.qemuharness.faultdisk.FaultDisk;
import io.bascule.qemuharness.faultdisk.PowerLoss;
import io.bascule.qemuharness.trace.DiskEvent;
import io.bascule.qemuharness.trace.TraceReader;
import io.bascule.qemuharness.trace.TraceWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** QEMU's own client against the server, and what it was told against what the disk then holds. */
@Timeout(120)
class QemuClientTest {
    private static final int SIZE = 8 << 20;

    private final byte[] bytes = new byte[SIZE];
    private final List<DiskEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final FaultDisk disk = new FaultDisk(new MemoryBlockDevice(bytes), events::add);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void qemuSeesTheExport() throws Exception {
        try (var server = NbdServer.serve(disk)) {
            assertThat(Qemu.img("info", "-f", "raw", Qemu.url(server))).contains("virtual size: 8 MiB (8388608 bytes)");
        }
    }

    @Test
    void qemuCopiesADiskInAndOutAgain() throws Exception {
        var image = folder.resolve("disk.raw");
        var content = new byte[SIZE];
        var random = new Random(4003);
        for (var at = 0; at < SIZE; at += 1 << 16) {
            if (random.nextBoolean()) {
                var part = new byte[1 << 16];
                random.nextBytes(part);
                System.arraycopy(part, 0, content, at, part.length);
            }
        }
        Files.write(image, content);
        Arrays.fill(bytes, (byte) 0xFF);
        try (var server = NbdServer.serve(disk)) {
            Qemu.img("convert", "-n", "-f", "raw", "-O", "raw", image.toString(), Qemu.url(server));
            Qemu.img("compare", "-f", "raw", "-F", "raw", image.toString(), Qemu.url(server));
            var copy = folder.resolve("copy.qcow2");
            Qemu.img("convert", "-f", "raw", "-O", "qcow2", Qemu.url(server), copy.toString());
            Qemu.img("compare", image.toString(), copy.toString());
        }
        // Its client flushes when it is done, so all of it is below the cache.
        assertThat(Arrays.equals(bytes, content)).isTrue();
        assertThat(events).anyMatch(event -> event instanceof DiskEvent.Zeros);
    }

    @Test
    void whatWasFlushedIsThereAfterAPowerCutAndTheRestIsNot() throws Exception {
        var file = folder.resolve("disk.raw");
        var trace = folder.resolve("disk.trace");
        FileBlockDevice.create(file, disk.size()).close();
        try (var writer = TraceWriter.create(trace, disk.size());
                var tested = new FaultDisk(FileBlockDevice.open(file), writer);
                var server = NbdServer.serve(tested);
                var qemu = Qemu.io(server, "writeback")) {
            qemu.command("write -P 0x11 0 4k");
            qemu.command("write -P 0x22 4k 64k");
            qemu.command("flush");
            qemu.command("write -P 0x33 8k 4k");
            qemu.command("write -f -P 0x44 1M 512");
            qemu.command("write -z 0 1k");
            qemu.command("read -P 0x33 8k 4k");

            assertThat(tested.cutPower(new CutPolicy.DropAll())).isEqualTo(new PowerLoss(10, 10));
            assertThat(qemu.command("read 0 512")).contains("Input/output error");
            qemu.kill();
            tested.powerOn();
            // The next machine over the same server sees what was left.
            try (var next = Qemu.io(server, "writeback")) {
                assertThat(next.command("read -P 0x11 0 4k")).doesNotContain("failed");
                assertThat(next.command("read -P 0x22 4k 64k")).doesNotContain("failed");
                assertThat(next.command("read -P 0x44 1M 512")).doesNotContain("failed");
                assertThat(next.command("read -P 0x33 8k 4k")).contains("Pattern verification failed");
            }
        }

        var expected = new byte[SIZE];
        Arrays.fill(expected, 0, 4096, (byte) 0x11);
        Arrays.fill(expected, 4096, 68 << 10, (byte) 0x22);
        Arrays.fill(expected, 1 << 20, (1 << 20) + 512, (byte) 0x44);
        assertThat(Arrays.equals(Files.readAllBytes(file), expected)).isTrue();
        var told = new ArrayList<String>();
        try (var reader = TraceReader.open(trace)) {
            reader.forEach(event -> told.add(describe(event)));
        }
        assertThat(told)
                .containsSubsequence(
                        "write 11 4096 at 0",
                        "write 22 65536 at 4096",
                        "flush",
                        "write 33 4096 at 8192",
                        "durable write 44 512 at 1048576",
                        "zeros 1024 at 0",
                        "mark power cut, DropAll[]: 10 sectors unflushed, 10 lost",
                        "mark power on");
        assertThat(told.subList(0, 7))
                .as("nothing else was told before the cut")
                .filteredOn(line -> !line.startsWith("mark"))
                .hasSize(6);
    }

    @Test
    void aClientWithoutACacheMakesEveryWriteDurable() throws Exception {
        try (var server = NbdServer.serve(disk);
                var qemu = Qemu.io(server, "writethrough")) {
            qemu.command("write -P 0x11 0 4k");

            assertThat(disk.cutPower(new CutPolicy.DropAll())).isEqualTo(new PowerLoss(0, 0));
        }
        assertThat(bytes[4095]).isEqualTo((byte) 0x11);
    }

    @Test
    void aDiskThatIgnoresFlushesLosesWhatQemuFlushed() throws Exception {
        disk.inject(new Fault.IgnoreFlushes());
        try (var server = NbdServer.serve(disk);
                var qemu = Qemu.io(server, "writeback")) {
            qemu.command("write -P 0x11 0 4k");
            assertThat(qemu.command("flush")).doesNotContain("failed");

            assertThat(disk.cutPower(new CutPolicy.DropAll())).isEqualTo(new PowerLoss(8, 8));
        }
        assertThat(bytes[0]).isZero();
    }

    @Test
    void qemuSeesFailuresAndRottenBytes() throws Exception {
        disk.inject(new Fault.FailWrites(ByteRange.of(4096, 512), 1));
        disk.inject(new Fault.BitRot(ByteRange.of(0, 1), 1));
        try (var server = NbdServer.serve(disk);
                var qemu = Qemu.io(server, "writeback")) {
            assertThat(qemu.command("write -P 0x11 0 8k")).contains("Input/output error");
            assertThat(qemu.command("write -P 0x11 0 8k")).doesNotContain("failed");
            assertThat(qemu.command("read -P 0x11 0 512")).contains("Pattern verification failed at offset 0");
            assertThat(qemu.command("discard 4k 4k")).doesNotContain("failed");
            assertThat(qemu.command("read -P 0 4k 4k")).doesNotContain("failed");
        }
    }

    private static String describe(DiskEvent event) {
        return switch (event) {
            case DiskEvent.Write write ->
                String.format(
                        "%swrite %02x %d at %d",
                        write.durable() ? "durable " : "", write.data()[0], write.data().length, write.position());
            case DiskEvent.Zeros zeros -> "zeros " + zeros.length().bytes() + " at " + zeros.position();
            case DiskEvent.Flush flush -> "flush";
            case DiskEvent.Mark mark -> "mark " + mark.text();
        };
    }
}
