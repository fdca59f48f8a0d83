package io.bascule.scenarios.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.layout.Slot;
import io.bascule.scenarios.bootpath.BootOutcome;
import io.bascule.scenarios.bootpath.BootPath;
import io.bascule.scenarios.bootpath.FatVolume;
import io.bascule.scenarios.bootpath.Margin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the model makes of damaged disks. They are made by the hosts of this package. */
class BootPathTest {
    private final BootPath path = CrashHost.bootPath(Stream.of("1.0.0", "1.1.0"));
    private CrashDisk disk;
    private CrashHost host;

    @TempDir
    private Path folder;

    @BeforeEach
    void install() throws IOException {
        disk = new CrashDisk(CrashHost.install(Releases.of("1.0.0"), 0));
        host = new CrashHost(disk, folder, path, text -> {});
    }

    @Test
    void newHostBootsSlotA() {
        assertThat(path.next(disk))
                .isEqualTo(new BootOutcome.Boots(
                        "test-board_1.0.0.efi",
                        "1.0.0",
                        Slot.A,
                        Releases.of("1.0.0").rootHash()));
        assertThat(path.margin(disk)).isEqualTo(new Margin(1, 2));
        assertThat(path.oddities(disk)).isEmpty();
    }

    @Test
    void backupOfTheTableIsEnough() throws IOException {
        damage(512);
        assertThat(path.next(disk)).isInstanceOf(BootOutcome.Boots.class);
        assertThat(path.margin(disk)).isEqualTo(new Margin(1, 1));
        assertThat(path.oddities(disk)).isEqualTo(BootPath.BAD_TABLE);
        damage(disk.size().bytes() - 512);
        assertThat(path.next(disk)).isInstanceOf(BootOutcome.Bricked.class);
        assertThat(path.margin(disk)).isEqualTo(new Margin(0, 0));
    }

    @Test
    void everyBlockOfTheSlotCounts() throws IOException {
        var usr = partition(2);
        for (var at : new long[] {0, 4096 + 17, 40 * 4096 - 1}) {
            damage(usr + at);
            assertThat(path.endsIn(disk.copy(), version -> true).toString())
                    .contains("Bricked", "does not boot", "of /usr is wrong");
            damage(usr + at);
        }
        damage(partition(3) + 4096);
        assertThat(path.next(disk).toString()).contains("of the hashes is wrong");
        damage(partition(3) + 4096);
        assertThat(path.next(disk)).isInstanceOf(BootOutcome.Boots.class);
        damage(usr + 40 * 4096);
        assertThat(path.next(disk)).as("behind the data").isInstanceOf(BootOutcome.Boots.class);
    }

    @Test
    void loaderAndKernelImageHaveToBeWhole() throws IOException {
        var esp = volume();
        var image = esp.require(esp.directory("EFI/Linux"), "test-board_1.0.0.efi");
        var inDisk = find(Releases.of("1.0.0").uki());
        assertThat(image.size()).isEqualTo(Releases.of("1.0.0").uki().length);
        damage(inDisk + 6000);
        assertThat(path.next(disk))
                .isEqualTo(new BootOutcome.Fails(image.name(), false, "the kernel image is not whole"));
        damage(inDisk + 6000);
        damage(inDisk);
        assertThat(path.next(disk)).isEqualTo(new BootOutcome.Bricked("systemd-boot finds no entry"));
        damage(inDisk);
        damage(find(CrashHost.LOADER));
        assertThat(path.next(disk).toString()).contains("BOOTX64.EFI is not whole");
    }

    @Test
    void countsDownAndFallsBack() throws IOException {
        updateTo("1.1.0");
        assertThat(((BootOutcome.Boots) path.boot(disk)).file()).isEqualTo("test-board_1.1.0+2-1.efi");
        assertThat(((BootOutcome.Boots) path.boot(disk)).file()).isEqualTo("test-board_1.1.0+1-2.efi");
        assertThat(((BootOutcome.Boots) path.boot(disk)).file()).isEqualTo("test-board_1.1.0+0-3.efi");
        assertThat(((BootOutcome.Boots) path.boot(disk)).file()).isEqualTo("test-board_1.0.0.efi");
    }

    @Test
    void healthyBootIsBlessed() throws IOException {
        updateTo("1.1.0");
        assertThat(path.margin(disk)).isEqualTo(new Margin(2, 2));
        var unhealthy = path.endsIn(disk.copy(), "1.0.0"::equals);
        assertThat(((BootOutcome.Boots) unhealthy).file()).isEqualTo("test-board_1.0.0.efi");
        assertThat(((BootOutcome.Boots) path.endsIn(disk, version -> true)).file())
                .isEqualTo("test-board_1.1.0.efi");
        assertThat(((BootOutcome.Boots) path.next(disk)).version()).isEqualTo("1.1.0");
        assertThat(path.endsIn(disk, version -> false)).isInstanceOf(BootOutcome.Bricked.class);
    }

    @Test
    void aliasOfFatIsAGoodEntryForSystemdBoot() throws IOException {
        var esp = volume();
        var file = esp.list(esp.directory("EFI/Linux")).getFirst();
        var first = esp.entryPosition(esp.directory("EFI/Linux"), file.first()) + partition(1);
        disk.write(first, ByteBuffer.wrap(new byte[] {(byte) 0xE5}));
        assertThat(((BootOutcome.Boots) path.next(disk)).file()).isEqualTo("TEST-B~1.EFI");
        assertThat(path.oddities(disk)).containsExactly("TEST-B~1.EFI lost its long name");
    }

    private void updateTo(String version) throws IOException {
        host.bootToTheEnd();
        host.engine().judge();
        host.engine().update(Releases.offer(Releases.of(version), folder), Scenario.OPTIONS);
    }

    /** Turns a bit; doing it again turns it back. */
    private void damage(long position) throws IOException {
        var one = new byte[1];
        disk.read(position, ByteBuffer.wrap(one));
        one[0] ^= 1;
        disk.write(position, ByteBuffer.wrap(one));
    }

    private long partition(int number) throws IOException {
        return GptReader.read(disk, SectorSize.B512)
                .table()
                .entry(number)
                .first()
                .byteOffset(SectorSize.B512);
    }

    private FatVolume volume() throws IOException {
        var table = GptReader.read(disk, SectorSize.B512).table();
        return FatVolume.open(table.open(disk, table.entry(1)));
    }

    /** {@return where on the disk these bytes begin, which stand there in one piece} */
    private long find(byte[] content) throws IOException {
        var bytes = new byte[(int) disk.size().bytes()];
        disk.read(0, ByteBuffer.wrap(bytes));
        for (var at = 0; at < bytes.length - content.length; at += 512) {
            if (bytes[at] == content[0] && Arrays.equals(bytes, at, at + content.length, content, 0, content.length)) {
                return at;
            }
        }
        throw new AssertionError("not on the disk");
    }
}
