package io.bascule.scenarios.bootpath;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.fat.FatContent;
import io.bascule.partitionlayout.fat.FatEntry;
import io.bascule.partitionlayout.fat.FatOptions;
import io.bascule.partitionlayout.fat.FatReader;
import io.bascule.partitionlayout.fat.FatTree;
import io.bascule.partitionlayout.fat.FatWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FatVolumeTest {
    private static final Path FSCK = Path.of("/usr/sbin/fsck.fat");
    private static final String FOLDER = "EFI/Linux";

    private final byte[] bytes = new byte[36 << 20];
    private FatVolume volume;

    @TempDir
    private Path scratch;

    @BeforeEach
    void format() throws IOException {
        var tree = new FatTree();
        tree.addFile(
                FOLDER + "/board_1.0.0+3-0.efi",
                FatContent.of("one".repeat(2000).getBytes(US_ASCII)));
        tree.addFile(
                FOLDER + "/board_0.9.0.efi", FatContent.of("old".repeat(1000).getBytes(US_ASCII)));
        FatWriter.write(
                new MemoryBlockDevice(bytes),
                tree,
                new FatOptions("ESP", 1, Instant.parse("2026-01-01T00:00:00Z"), 0, SectorSize.B512));
        volume = FatVolume.open(new MemoryBlockDevice(bytes));
    }

    @Test
    void renamesLikeTheFirmware() throws IOException, InterruptedException {
        var before = volume.list(folder()).getFirst();
        var after = volume.rename(FOLDER, "board_1.0.0+3-0.efi", "board_1.0.0+2-1.efi", FatVolume.Placement.APPEND);
        assertThat(names()).containsExactly("board_0.9.0.efi", "board_1.0.0+2-1.efi");
        assertThat(after.first()).as("behind all entries there were").isGreaterThan(before.last());
        assertThat(content("board_1.0.0+2-1.efi")).startsWith("oneone").hasSize(6000);
        assertSound();
    }

    @Test
    void renamesLikeLinuxIntoTheFirstGap() throws IOException, InterruptedException {
        var gap = volume.require(folder(), "board_0.9.0.efi");
        volume.remove(folder(), gap);
        volume.free(gap.cluster());
        var after = volume.rename(FOLDER, "board_1.0.0+3-0.efi", "board_1.0.0.efi", FatVolume.Placement.FIRST_FIT);
        assertThat(after.first()).isEqualTo(gap.first());
        assertThat(names()).containsExactly("board_1.0.0.efi");
        assertSound();
    }

    @Test
    void directoryGrowsWhenItIsFull() throws IOException, InterruptedException {
        for (var done = 0; done < 100; done++) {
            volume.rename(
                    FOLDER,
                    "board_1.0.0+3-" + done + ".efi",
                    "board_1.0.0+3-" + (done + 1) + ".efi",
                    FatVolume.Placement.APPEND);
        }
        assertThat(folder().size() * volume.clusterBytes()).isGreaterThan(300 * FatVolume.ENTRY);
        assertThat(content("board_1.0.0+3-100.efi")).hasSize(6000);
        assertSound();
    }

    @Test
    void takesAndGivesBackClusters() throws IOException, InterruptedException {
        var free = volume.freeBytes();
        var cluster = volume.allocate(20, 0);
        volume.add(folder(), "new.partial", cluster, 20L * volume.clusterBytes(), FatVolume.Placement.FIRST_FIT);
        assertThat(volume.freeBytes()).isEqualTo(free - 20L * volume.clusterBytes());
        assertSound();
        volume.remove(folder(), volume.require(folder(), "new.partial"));
        assertThat(volume.free(cluster)).isTrue();
        assertThat(volume.free(cluster)).as("Linux takes this for corruption").isFalse();
        assertThat(volume.freeBytes()).isEqualTo(free);
        assertSound();
    }

    /** Two names of one file, a chain that ends too early, clusters of nobody. */
    @Test
    void repairsLikeFsck() throws IOException, InterruptedException {
        var file = volume.require(folder(), "board_1.0.0+3-0.efi");
        volume.add(folder(), "board_1.0.0.efi", file.cluster(), file.size(), FatVolume.Placement.APPEND);
        var old = volume.require(folder(), "board_0.9.0.efi");
        volume.free(old.cluster());
        volume.allocate(1, 0);
        volume.allocate(5, 0);
        var copy = bytes.clone();
        volume.repair(FOLDER);
        assumeTrue(Files.exists(FSCK), "needs fsck.fat");
        Files.write(image(), copy);
        fsck("-a");
        assertThat(files(Files.readAllBytes(image()))).isEqualTo(files(bytes));
        assertSound();
    }

    private List<Integer> folder() throws IOException {
        return volume.directory(FOLDER);
    }

    private static List<String> files(byte[] disk) throws IOException {
        return FatReader.open(new MemoryBlockDevice(disk)).list(FOLDER).stream()
                .map(file -> file.name() + " " + file.size() + " " + file.firstCluster())
                .toList();
    }

    private List<String> names() throws IOException {
        return FatReader.open(new MemoryBlockDevice(bytes)).list(FOLDER).stream()
                .map(FatEntry::name)
                .toList();
    }

    private String content(String name) throws IOException {
        var file = volume.require(folder(), name);
        var content = new byte[(int) file.size()];
        volume.contents(file.cluster(), file.size()).read(0, ByteBuffer.wrap(content));
        return new String(content, US_ASCII);
    }

    private void assertSound() throws IOException, InterruptedException {
        assertThat(Arrays.equals(table(0), table(1)))
                .as("both copies of the table")
                .isTrue();
        if (Files.exists(FSCK)) {
            Files.write(image(), bytes);
            assertThat(fsck("-n")).isZero();
        }
    }

    private byte[] table(int copy) {
        var boot = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        var size = boot.getInt(36) * 512;
        var start = boot.getShort(14) * 512 + copy * size;
        return Arrays.copyOfRange(bytes, start, start + size);
    }

    private Path image() {
        return scratch.resolve("esp.img");
    }

    private int fsck(String how) throws IOException, InterruptedException {
        var process = new ProcessBuilder(FSCK.toString(), how, image().toString())
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("fsck.log").toFile())
                .start();
        return process.waitFor();
    }
}
