package io.bascule.partitionlayout.fat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Random;
import java.util.TimeZone;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FatWriterTest {
    private static final int SEED = 7003;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        // volume, sector, cluster: 4 KiB where there are enough of them
        "34, B512, 512",
        "64, B512, 512",
        "128, B512, 1024",
        "255, B512, 2048",
        "256, B512, 2048",
        "258, B512, 4096",
        "512, B512, 4096",
        "4096, B512, 4096",
        "1048576, B512, 4096",
        "258, B4096, 4096",
        "512, B4096, 4096"
    })
    void choosesClustersSoThatItIsFat32(long mib, SectorSize sectorSize, int clusterBytes) {
        var geometry = FatGeometry.fat32(ByteCount.ofMiB(mib), sectorSize);
        assertThat(geometry.clusterBytes()).isEqualTo(clusterBytes);
        assertThat(geometry.clusterCount()).isBetween(65525L + 16, 0x0FFF_FFF5L);
        assertThat(geometry.clusterOffset(2) % 4096).isZero();
        assertThat(geometry.reservedSectors()).isBetween(32, 40);
        var tableBytes = geometry.fatSectors() * sectorSize.bytes();
        assertThat(tableBytes).isGreaterThanOrEqualTo((geometry.clusterCount() + 2) * 4);
        assertThat(tableBytes - sectorSize.bytes() * 2L).isLessThan((geometry.clusterCount() + 2) * 4);
        var end = geometry.clusterOffset(2) + geometry.clusterCount() * clusterBytes;
        assertThat(mib * (1 << 20) - end).isBetween(0L, clusterBytes - 1L);
    }

    @ParameterizedTest
    @CsvSource({"34101760, B512", "269119488, B4096"})
    void refusesVolumesTooSmallForFat32(long smallest, SectorSize sectorSize) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FatGeometry.fat32(new ByteCount(smallest - 1), sectorSize))
                .withMessageContaining("too small for FAT32")
                .withMessageContaining("at least " + smallest);
        assertThat(FatGeometry.fat32(new ByteCount(smallest), sectorSize).clusterCount())
                .isEqualTo(65525 + 16);
        assertThatIllegalArgumentException().isThrownBy(() -> FatGeometry.fat32(new ByteCount(0), sectorSize));
    }

    @Test
    void refusesVolumesTooLargeForFat32() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FatGeometry.fat32(ByteCount.ofGiB(1100), SectorSize.B512))
                .withMessageContaining("too large for FAT32");
    }

    @Test
    void givesBackWhatItWasGiven() throws IOException {
        var files = Volumes.files();
        // Not among those that mtools gets: it cuts off what is above U+FFFF.
        files.put("\uD83D\uDCBE", new byte[] {42});
        var reader = FatReader.open(new MemoryBlockDevice(Volumes.write(Volumes.tree(files))));
        assertThat(Volumes.readAll(reader)).containsExactlyInAnyOrderEntriesOf(Volumes.withDirectories(files));
        assertThat(reader.type()).isEqualTo(FatType.FAT32);
        assertThat(reader.label()).isEqualTo("ESP");
        assertThat(reader.volumeId()).isEqualTo(0x1234ABCD);
    }

    @Test
    void givesBackAnyTree() throws IOException {
        var random = new Random(SEED);
        for (var round = 0; round < 20; round++) {
            var files = new TreeMap<String, byte[]>(String.CASE_INSENSITIVE_ORDER);
            for (var i = random.nextInt(200); i > 0; i--) {
                var folder = random.nextInt(3) == 0 ? "" : "dir" + random.nextInt(5) + "/a longer name/";
                files.put(folder + "f" + name(random), Volumes.bytes(random, random.nextInt(3000)));
            }
            var reader = FatReader.open(new MemoryBlockDevice(Volumes.write(Volumes.tree(files))));
            assertThat(Volumes.readAll(reader))
                    .as("seed %d, round %d", SEED, round)
                    .containsExactlyInAnyOrderEntriesOf(Volumes.withDirectories(new TreeMap<>(files)));
        }
    }

    private static String name(Random random) {
        var letters = "ABCabcäöß漢.-_~+ 0123456789";
        return random.ints(random.nextInt(60), 0, letters.length())
                        .collect(StringBuilder::new, (text, i) -> text.append(letters.charAt(i)), StringBuilder::append)
                + "x";
    }

    @Test
    void makesTheSameBytesInAnyOrderZoneAndLocale() throws IOException {
        var first = Volumes.write(Volumes.tree(Volumes.files()));
        var paths = new ArrayList<>(Volumes.files().keySet());
        Collections.shuffle(paths, new Random(SEED));
        var tree = new FatTree();
        paths.forEach(path -> tree.addFile(path, FatContent.of(Volumes.files().getOrDefault(path, new byte[0]))));
        var zone = TimeZone.getDefault();
        var locale = Locale.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
            Locale.setDefault(Locale.of("tr", "TR"));
            assertThat(Arrays.mismatch(Volumes.write(tree), first)).isEqualTo(-1);
        } finally {
            TimeZone.setDefault(zone);
            Locale.setDefault(locale);
        }
    }

    @Test
    void keepsBothTablesAndBootSectorsEqual() throws IOException {
        var bytes =
                ByteBuffer.wrap(Volumes.write(Volumes.tree(Volumes.files()))).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.slice(6 * 512, 1024)).isEqualTo(bytes.slice(0, 1024));
        var geometry = FatGeometry.fat32(new ByteCount(Volumes.SIZE), SectorSize.B512);
        var table = (int) geometry.fatSectors() * 512;
        assertThat(bytes.slice((int) geometry.fatOffset(1), table))
                .isEqualTo(bytes.slice((int) geometry.fatOffset(0), table));
        assertThat(bytes.getInt((int) geometry.fatOffset(0))).isEqualTo(0x0FFFFFF8);
        assertThat(bytes.getInt(28)).isEqualTo(2048);
        var reader = FatReader.open(new MemoryBlockDevice(Volumes.write(Volumes.tree(Volumes.files()))));
        assertThat(bytes.getInt(512 + 488) * 512L).isEqualTo(reader.freeBytes().bytes());
    }

    @Test
    void leavesRoomInDirectoriesForRenames() throws IOException {
        var bytes = Volumes.write(Volumes.tree(Volumes.files()));
        var reader = FatReader.open(new MemoryBlockDevice(bytes));
        for (var path : new String[] {"", "EFI", "EFI/Linux", "loader"}) {
            var directory = reader.find(path).orElseThrow();
            var geometry = FatGeometry.fat32(new ByteCount(Volumes.SIZE), SectorSize.B512);
            var length = new ClusterTable(new MemoryBlockDevice(bytes), geometry).chainLength(directory.firstCluster());
            var free = 0;
            var start = (int) geometry.clusterOffset(directory.firstCluster());
            for (var at = start; at < start + length * geometry.clusterBytes(); at += 32) {
                free += bytes[at] == 0 ? 1 : 0;
            }
            assertThat(free).as(path).isBetween(64, 64 + 16);
        }
    }

    @Test
    void saysHowMuchIsMissing() {
        var files = new TreeMap<String, byte[]>();
        // What the root leaves: 65 entries take five clusters of 512 bytes.
        var geometry = FatGeometry.fat32(new ByteCount(Volumes.SIZE), SectorSize.B512);
        var room = (int) (geometry.clusterCount() - 5) * 512;
        files.put("a", new byte[room - 512]);
        files.put("b", new byte[513]);
        var disk = new MemoryBlockDevice(Volumes.SIZE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FatWriter.write(disk, Volumes.tree(files), Volumes.OPTIONS))
                .withMessageContaining(" 512 more than the volume has");
    }

    @Test
    void fillsAVolumeToTheLastCluster() throws IOException {
        var geometry = FatGeometry.fat32(new ByteCount(Volumes.SIZE), SectorSize.B512);
        var files = new TreeMap<String, byte[]>();
        files.put("A", Volumes.bytes(new Random(SEED), (int) (geometry.clusterCount() - 5) * 512));
        var reader = FatReader.open(new MemoryBlockDevice(Volumes.write(Volumes.tree(files))));
        assertThat(reader.freeBytes()).isEqualTo(ByteCount.ZERO);
        assertThat(Volumes.readAll(reader)).containsExactlyEntriesOf(files);
    }

    @Test
    void writesNoFreeSpace() throws IOException {
        var image = folder.resolve("esp.raw");
        try (var volume = new CountingDevice(FileBlockDevice.create(image, ByteCount.ofMiB(512)))) {
            FatWriter.write(volume, Volumes.tree(Volumes.files()), Volumes.OPTIONS);
            assertThat(volume.written).isLessThan(4 << 20);
            assertThat(volume.flushes).isEqualTo(1);
        }
        assertThat(Files.size(image)).isEqualTo(512L << 20);
    }

    private static final class CountingDevice implements BlockDevice {
        private final BlockDevice device;
        private long written;
        private int flushes;

        CountingDevice(BlockDevice device) {
            this.device = device;
        }

        @Override
        public ByteCount size() {
            return device.size();
        }

        @Override
        public void read(long position, ByteBuffer target) throws IOException {
            device.read(position, target);
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            written += source.remaining();
            device.write(position, source);
        }

        @Override
        public void flush() throws IOException {
            flushes++;
            device.flush();
        }

        @Override
        public void close() throws IOException {
            device.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"99, only 99", "101, more", "0, only 0"})
    void refusesContentThatIsNotAsLongAsItSays(int length, String problem) {
        var tree = new FatTree();
        tree.addFile("EFI/a.efi", new FatContent() {
            @Override
            public long size() {
                return 100;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(new byte[length]);
            }
        });
        assertThatIOException()
                .isThrownBy(() -> Volumes.write(tree))
                .withMessageContaining("'EFI/a.efi' said it had 100 bytes, and had " + problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "TWELVE CHARS", "lower", " A", "A ", "A/B", "Ä"})
    void refusesLabelsThatFatCannotHold(String label) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FatOptions(label, 0, Instant.parse("2026-01-01T00:00:00Z"), 0, SectorSize.B512))
                .withMessageContaining("'" + label + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1979-12-31T23:59:59Z", "2108-01-01T00:00:00Z"})
    void refusesTimesThatFatCannotExpress(String time) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FatOptions("ESP", 0, Instant.parse(time), 0, SectorSize.B512))
                .withMessageContaining(time);
    }

    @Test
    void refusesDirectoriesLargerThanFatAllows() {
        var tree = new FatTree();
        for (var i = 0; i < 65536; i++) {
            tree.addFile("F" + i, FatContent.of(new byte[0]));
        }
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Volumes.write(tree))
                .withMessageContaining("needs 65537 entries");
    }
}
