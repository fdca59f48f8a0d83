package io.bascule.partitionlayout.gpt;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.Lba;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What sgdisk and sfdisk think of our tables, and we of theirs. */
class GptOracleTest {
    private static final ByteCount DISK_SIZE = ByteCount.ofMiB(16);

    @TempDir
    private Path folder;

    private static GptTable table(SectorSize sectorSize) {
        var mib = (1 << 20) / sectorSize.bytes();
        var entries = new TreeMap<Integer, PartitionEntry>();
        entries.put(1, Tables.entry(PartitionType.ESP, "ESP", mib, 4L * mib - 1));
        entries.put(
                3,
                new PartitionEntry(
                        PartitionType.USR_X86_64.guid(),
                        Guid.nameBased("usr"),
                        new Lba(4L * mib),
                        new Lba(9L * mib - 1),
                        PartitionAttributes.READ_ONLY | PartitionAttributes.NO_AUTO | PartitionAttributes.REQUIRED,
                        "Zürich \uD83D\uDCBE"));
        return new GptTable(GptGeometry.of(sectorSize, DISK_SIZE), Guid.nameBased("disk"), entries);
    }

    private String write(GptTable table) throws IOException {
        var image = folder.resolve("disk.raw");
        try (var disk = FileBlockDevice.create(image, DISK_SIZE)) {
            GptWriter.create(disk, table);
        }
        return image.toString();
    }

    @Test
    void sgdiskReadsOurTable() throws IOException {
        var sgdisk = ExternalTool.require("sgdisk");
        var image = write(table(SectorSize.B512));
        assertThat(sgdisk.run("-v", image)).contains("No problems found");
        assertThat(sgdisk.run("-p", image)).contains(upper(Guid.nameBased("disk")), "128 entries");
        assertThat(sgdisk.run("-i", "1", image))
                .contains("(EFI system partition)", upper(Guid.nameBased("ESP")), "First sector: 2048 ")
                .contains("Last sector: 8191 ", "Partition name: 'ESP'");
        assertThat(sgdisk.run("-i", "3", image))
                .contains(upper(PartitionType.USR_X86_64.guid()), upper(Guid.nameBased("usr")))
                // sgdisk 1.0.9 writes an emoji as it should be, but garbles it when printing.
                .contains("Attribute flags: 9000000000000001", "Partition name: 'Zürich ");
    }

    @Test
    void sfdiskFindsNothingWrong() throws IOException {
        var sfdisk = ExternalTool.require("sfdisk");
        assertThat(sfdisk.run("--verify", write(table(SectorSize.B512)))).contains("No errors detected");
    }

    @ParameterizedTest
    @EnumSource
    void fdiskReadsOurTable(SectorSize sectorSize) throws IOException {
        var fdisk = ExternalTool.require("fdisk");
        var image = write(table(sectorSize));
        var mib = (1 << 20) / sectorSize.bytes();
        var size = Integer.toString(sectorSize.bytes());
        assertThat(fdisk.run("-b", size, "-o", "Start,End,Type-UUID,UUID,Attrs,Name", "-l", image))
                .doesNotContain("corrupt")
                .contains("Disk identifier: " + upper(Guid.nameBased("disk")))
                .containsPattern(String.join(
                        " +",
                        "" + mib,
                        "" + (4 * mib - 1),
                        upper(PartitionType.ESP.guid()),
                        upper(Guid.nameBased("ESP")),
                        "ESP"))
                .containsPattern(String.join(
                        " +",
                        "" + 4 * mib,
                        "" + (9 * mib - 1),
                        upper(PartitionType.USR_X86_64.guid()),
                        upper(Guid.nameBased("usr")),
                        "RequiredPartition GUID:60,63",
                        "Zürich \uD83D\uDCBE"));
    }

    @Test
    void weReadTheTableOfSgdisk() throws IOException {
        var sgdisk = ExternalTool.require("sgdisk");
        var image = folder.resolve("disk.raw");
        FileBlockDevice.create(image, DISK_SIZE).close();
        var foreignType = Guid.nameBased("a type that nobody knows");
        // Room for boot code behind the header, and twice the usual entries.
        sgdisk.run("--clear", "-S", "256", "-j", "100", "-U", upper(Guid.nameBased("disk")), image.toString());
        sgdisk.run(
                "-n", "2:4096:6143", "-t", "2:" + upper(foreignType), "-c", "2:Zürich \uD83D\uDCBE", image.toString());
        sgdisk.run("-u", "2:" + upper(Guid.nameBased("two")), "-A", "2:set:48", "-A", "2:set:62", image.toString());
        sgdisk.run("-n", "200:2048:2048", "-t", "200:8300", "-c", "200:small", image.toString());
        try (var disk = FileBlockDevice.open(image)) {
            var found = GptReader.read(disk, SectorSize.B512);
            assertThat(found.faults()).isEmpty();
            var table = found.table();
            assertThat(table.diskGuid()).isEqualTo(Guid.nameBased("disk"));
            assertThat(table.geometry().primaryEntries()).isEqualTo(new Lba(100));
            assertThat(table.geometry().entryCount()).isEqualTo(256);
            assertThat(table.entries()).containsOnlyKeys(2, 200);
            assertThat(table.entries())
                    .containsEntry(
                            2,
                            new PartitionEntry(
                                    foreignType,
                                    Guid.nameBased("two"),
                                    new Lba(4096),
                                    new Lba(6143),
                                    (1L << 48) | (1L << 62),
                                    "Zürich \uD83D\uDCBE"));
            assertThat(table.entry(200).type()).isEqualTo(PartitionType.LINUX_GENERIC.guid());

            GptWriter.update(disk, found, table.withEntry(200, table.entry(200).withName("renamed")));
        }
        assertThat(sgdisk.run("-v", image.toString())).contains("No problems found");
        assertThat(sgdisk.run("-i", "200", image.toString())).contains("Partition name: 'renamed'");
        assertThat(sgdisk.run("-i", "2", image.toString())).contains(upper(foreignType), "4001000000000000");
    }

    @Test
    void sgdiskRecoversFromOurBackup() throws IOException {
        var sgdisk = ExternalTool.require("sgdisk");
        var image = write(table(SectorSize.B512));
        try (var disk = FileBlockDevice.open(Path.of(image))) {
            disk.write(512, ByteBuffer.allocate(512));
        }
        assertThat(sgdisk.run("-i", "3", image)).contains(upper(Guid.nameBased("usr")));
    }

    private static String upper(Guid guid) {
        return guid.toString().toUpperCase(Locale.ROOT);
    }
}
