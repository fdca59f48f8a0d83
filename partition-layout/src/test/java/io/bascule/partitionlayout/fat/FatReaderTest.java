package io.bascule.partitionlayout.fat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FatReaderTest {
    private static final String UKI = "EFI/Linux/amd64-base_1.0.0+3-0.efi";

    private final FatGeometry geometry = FatGeometry.fat32(new ByteCount(Volumes.SIZE), SectorSize.B512);
    private byte[] bytes = Volumes.ofFiles();

    private FatReader open() throws IOException {
        return FatReader.open(new MemoryBlockDevice(bytes));
    }

    private ByteBuffer little() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private FatEntry entry(String path) throws IOException {
        return open().find(path).orElseThrow();
    }

    private int tableEntry(int cluster) {
        return (int) geometry.entryOffset(cluster);
    }

    private int rootDirectory() {
        return (int) geometry.clusterOffset(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {UKI, "efi/LINUX/AMD64-BASE_1.0.0+3-0.EFI", "EFI/LINUX/AMD64-~1.EFI"})
    void findsFilesByLongAndShortNamesInAnyCase(String path) throws IOException {
        assertThat(open().find(path)).contains(entry(UKI));
        assertThat(entry(path).size()).isEqualTo(3_000_001);
        assertThat(entry(path).shortName()).isEqualTo("AMD64-~1.EFI");
    }

    @Test
    void tellsWhatIsNotThere() throws IOException {
        var reader = open();
        assertThat(reader.find("EFI/none")).isEmpty();
        assertThat(reader.find("none/none")).isEmpty();
        assertThat(reader.find("")).contains(reader.root());
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> reader.open("EFI/none"));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> reader.list("none"));
        assertThatExceptionOfType(NotDirectoryException.class).isThrownBy(() -> reader.list("README"));
        assertThatExceptionOfType(NotDirectoryException.class).isThrownBy(() -> reader.find("README/x"));
        assertThatIOException().isThrownBy(() -> reader.open("EFI")).withMessageContaining("directory");
    }

    @Test
    void readsAFileInSmallSteps() throws IOException {
        var content = Volumes.files().getOrDefault(UKI, new byte[0]);
        try (var in = open().open(UKI)) {
            assertThat(in.read()).isEqualTo(Byte.toUnsignedInt(content[0]));
            in.skipNBytes(510);
            assertThat(in.readNBytes(2)).containsExactly(content[511], content[512]);
            in.skipNBytes(content.length - 514);
            assertThat(in.read()).isEqualTo(Byte.toUnsignedInt(content[content.length - 1]));
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void readsAFileInPieces() throws IOException {
        var first = entry(UKI).firstCluster();
        // The clusters 10 and 20 of the file change places.
        var table = little();
        table.putInt(tableEntry(first + 9), first + 20).putInt(tableEntry(first + 20), first + 11);
        table.putInt(tableEntry(first + 19), first + 10).putInt(tableEntry(first + 10), first + 21);
        var cluster = geometry.clusterBytes();
        var tenth = (int) geometry.clusterOffset(first + 10);
        var twentieth = (int) geometry.clusterOffset(first + 20);
        var saved = Arrays.copyOfRange(bytes, tenth, tenth + cluster);
        System.arraycopy(bytes, twentieth, bytes, tenth, cluster);
        System.arraycopy(saved, 0, bytes, twentieth, cluster);
        try (var in = open().open(UKI)) {
            assertThat(in.readAllBytes()).isEqualTo(Volumes.files().get(UKI));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "510, 2, 0, signature",
        "11, 2, 0, BPB_BytsPerSec",
        "11, 2, 256, BPB_BytsPerSec",
        "11, 2, 768, BPB_BytsPerSec",
        "11, 2, 8192, BPB_BytsPerSec",
        "13, 1, 0, BPB_SecPerClus",
        "13, 1, 3, BPB_SecPerClus",
        "13, 1, 255, BPB_SecPerClus",
        "14, 2, 0, BPB_RsvdSecCnt",
        "16, 1, 0, BPB_NumFATs",
        "16, 1, 255, BPB_TotSec",
        "17, 2, 512, BPB_RootEntCnt",
        "21, 1, 0, BPB_Media",
        "22, 2, 256, BPB_FATSz",
        "22, 2, 1024, cluster count",
        "32, 4, 0, BPB_TotSec",
        "32, 4, 1000, BPB_TotSec",
        "32, 4, 69633, BPB_TotSec",
        "32, 4, 4294967295, BPB_TotSec",
        "36, 4, 0, BPB_FATSz",
        "36, 4, 500, BPB_FATSz",
        "36, 4, 4294967295, BPB_TotSec",
        "40, 2, 130, BPB_ExtFlags",
        "42, 2, 1, BPB_FSVer",
        "44, 4, 0, BPB_RootClus",
        "44, 4, 1, BPB_RootClus",
        "44, 4, 70000, BPB_RootClus",
        "44, 4, 4294967295, BPB_RootClus"
    })
    void refusesBootSectorsThatMakeNoSense(int offset, int length, long value, String field) {
        switch (length) {
            case 1 -> bytes[offset] = (byte) value;
            case 2 -> little().putShort(offset, (short) value);
            default -> little().putInt(offset, (int) value);
        }
        assertThatExceptionOfType(MalformedFormatException.class)
                .isThrownBy(this::open)
                .satisfies(fault -> assertThat(fault.field()).isEqualTo(field))
                .satisfies(fault -> assertThat(fault.format()).isEqualTo("FAT boot sector"));
    }

    @Test
    void refusesFat12() {
        var boot = little();
        boot.putShort(FatFormat.FAT_SECTORS_16, (short) 12).putShort(FatFormat.ROOT_ENTRIES, (short) 512);
        boot.putShort(FatFormat.TOTAL_SECTORS_16, (short) 4100);
        assertThatExceptionOfType(MalformedFormatException.class)
                .isThrownBy(this::open)
                .withMessageContaining("FAT12, which is not supported");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, 512, 4096})
    void refusesADeviceThatIsTooSmall(int size) {
        bytes = Arrays.copyOf(bytes, size);
        assertThatExceptionOfType(MalformedFormatException.class).isThrownBy(this::open);
    }

    @Test
    void usesTheTableThatIsSaidToBeActive() throws IOException {
        var uki = entry(UKI);
        little().putInt(tableEntry(uki.firstCluster()), 0);
        assertThatExceptionOfType(MalformedFormatException.class).isThrownBy(() -> open().open(uki));
        little().putShort(FatFormat.EXTENDED_FLAGS, (short) 0x81);
        try (var in = open().open(uki)) {
            assertThat(in.readAllBytes()).isEqualTo(Volumes.files().get(UKI));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, runs into a free cluster",
        "1, there is no cluster 1",
        "70000, there is no cluster 70000",
        "0x0ffffff7, there is no cluster 268435447",
        "-1, 'has 2 clusters, too few'",
    })
    void refusesBrokenChains(String value, String problem) throws IOException {
        var uki = entry(UKI);
        var second = uki.firstCluster() + 1;
        var entry = Long.decode(value) < 0 ? 0x0FFF_FFFF : Long.decode(value).intValue();
        little().putInt(tableEntry(second), entry);
        assertThatExceptionOfType(MalformedFormatException.class)
                .isThrownBy(() -> open().open(UKI))
                .withMessageContaining(problem)
                .satisfies(fault -> assertThat(fault.byteOffset())
                        .isIn((long) tableEntry(second), (long) tableEntry(uki.firstCluster())));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100})
    void refusesLoopsOfClusters(int back) throws IOException {
        var uki = entry(UKI);
        var at = uki.firstCluster() + 200;
        little().putInt(tableEntry(at), at - back);
        assertThatExceptionOfType(MalformedFormatException.class)
                .isThrownBy(() -> open().open(UKI))
                .withMessageContaining("loop");
        little().putInt(tableEntry(2), 2);
        assertThatExceptionOfType(MalformedFormatException.class)
                .isThrownBy(() -> open().list(""))
                .withMessageContaining("loop");
    }

    @Test
    void ignoresTheTopBitsOfATableEntry() throws IOException {
        var uki = entry(UKI);
        var at = tableEntry(uki.firstCluster());
        little().putInt(at, little().getInt(at) | 0xF000_0000);
        try (var in = open().open(UKI)) {
            assertThat(in.readAllBytes()).isEqualTo(Volumes.files().get(UKI));
        }
    }

    @Test
    void refusesDirectoriesLargerThanFatAllows() throws IOException {
        var uki = entry(UKI);
        // The UKI's 5860 clusters of 512 bytes are more than 65536 entries.
        var directory = new FatEntry("d", "D", true, 0, uki.firstCluster());
        assertThatExceptionOfType(MalformedFormatException.class)
                .isThrownBy(() -> open().list(directory))
                .withMessageContaining("larger than FAT allows");
    }

    /** A root directory of just these entries. */
    private void root(byte[]... entries) {
        var at = rootDirectory();
        for (var entry : entries) {
            System.arraycopy(entry, 0, bytes, at, 32);
            at += 32;
        }
        bytes[at] = 0;
    }

    private static byte[] shortEntry(String name, int attributes) {
        var entry = new byte[32];
        System.arraycopy(name.getBytes(ISO_8859_1), 0, entry, 0, 11);
        entry[11] = (byte) attributes;
        return entry;
    }

    private static byte[] longEntry(int order, String part, String shortName) {
        var entry = new byte[32];
        entry[0] = (byte) order;
        entry[11] = 0x0F;
        entry[13] = (byte) ShortName.checksum(shortName.getBytes(US_ASCII));
        var buffer = ByteBuffer.wrap(entry).order(ByteOrder.LITTLE_ENDIAN);
        for (var i = 0; i < 13; i++) {
            var unit = i < part.length() ? part.charAt(i) : i == part.length() ? 0 : 0xFFFF;
            buffer.putChar(FatFormat.longUnitOffset(i), (char) unit);
        }
        return entry;
    }

    @Test
    void takesTheShortNameWhereTheLongOneIsNotItsOwn() throws IOException {
        var name = "SHORT   TXT";
        root(
                longEntry(0x41, "other", "OTHER   TXT"), // another file's
                shortEntry(name, 0x20),
                longEntry(0x42, "tail", name), // its other half is missing
                shortEntry("HALF    TXT", 0x20),
                longEntry(0x41, "deleted", name),
                shortEntry("\u00E5EL     TXT", 0x20),
                shortEntry("AFTER   TXT", 0x20),
                longEntry(0x42, " two", "TWO     TXT"),
                longEntry(0x01, "one of these:", "TWO     TXT"),
                shortEntry("TWO     TXT", 0x20));
        assertThat(open().list(""))
                .extracting(FatEntry::name)
                .containsExactly("SHORT.TXT", "HALF.TXT", "AFTER.TXT", "one of these: two");
    }

    @Test
    void understandsOldAndNewTricksOfShortNames() throws IOException {
        var lower = shortEntry("LOWER   TXT", 0x20);
        lower[12] = 0x18;
        var lowerExtension = shortEntry("HALF    TXT", 0x20);
        lowerExtension[12] = 0x10;
        root(
                shortEntry("NEW LABEL  ", 0x08),
                lower,
                lowerExtension,
                shortEntry("\u0005KANJI     ", 0x20),
                shortEntry("\u00C4RGER      ", 0x21));
        var reader = open();
        assertThat(reader.list(""))
                .extracting(FatEntry::name)
                .containsExactly("lower.txt", "HALF.txt", "åKANJI", "ÄRGER");
        assertThat(reader.label()).isEqualTo("NEW LABEL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/b", "a\\b", "..", ".", "a\u0001b"})
    void refusesNamesThatLeadElsewhere(String name) {
        var shortName = "EVIL    TXT";
        root(longEntry(0x41, name, shortName), shortEntry(shortName, 0x20));
        assertThatExceptionOfType(MalformedFormatException.class)
                .isThrownBy(() -> open().list(""))
                .satisfies(fault -> assertThat(fault.byteOffset()).isEqualTo(rootDirectory() + 32));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 70000, 0x0FFFFFFF, -1})
    void refusesEntriesOutsideTheVolume(int cluster) {
        var directory = shortEntry("DIR        ", 0x10);
        ByteBuffer.wrap(directory)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(20, (short) (cluster >>> 16))
                .putShort(26, (short) cluster);
        root(directory);
        assertThatExceptionOfType(MalformedFormatException.class)
                .isThrownBy(() -> open().list(""))
                .satisfies(fault -> assertThat(fault.byteOffset()).isEqualTo(rootDirectory() + 26));
    }
}
