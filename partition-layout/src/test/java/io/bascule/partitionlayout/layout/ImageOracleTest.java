package io.bascule.partitionlayout.layout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.fat.FatContent;
import io.bascule.partitionlayout.fat.FatOptions;
import io.bascule.partitionlayout.fat.FatTree;
import io.bascule.partitionlayout.fat.FatWriter;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.gpt.GptWriter;
import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole image, looked at by others. */
class ImageOracleTest {
    @TempDir
    private Path folder;

    @Test
    void othersFindPartitionsAndFiles() throws IOException {
        var sgdisk = ExternalTool.require("sgdisk");
        var mtype = ExternalTool.require("mtype");
        var sizes = DiskSizes.of(ByteCount.ofMiB(64), ByteCount.ofMiB(100), ByteCount.ofMiB(64));
        var layout = new DiskLayout(Architecture.X86_64, SectorSize.B512, sizes);
        var rootHash = new RootHash("0123456789abcdef".repeat(4));
        var tree = new FatTree();
        tree.addFile("loader/entries.srel", FatContent.of("type1\n".getBytes(UTF_8)));
        var options = new FatOptions("ESP", 1, Instant.parse("2026-01-01T00:00:00Z"), 2048, SectorSize.B512);

        var image = folder.resolve("disk.raw");
        try (var disk = FileBlockDevice.create(image, layout.imageSize())) {
            GptWriter.create(disk, layout.imageTable("test:1", rootHash));
            FatWriter.write(layout.esp().open(disk), tree, options);
        }
        assertThat(sgdisk.run("-v", image.toString())).contains("No problems found");
        assertThat(sgdisk.run("-i", "2", image.toString()))
                .contains("Partition unique GUID: 01234567-89AB-CDEF-0123-456789ABCDEF", "'USR-A'");
        assertThat(mtype.run("-i", image + "@@1M", "::/loader/entries.srel")).isEqualTo("type1\n");

        // What first boot does: the disk is larger, the backup table goes to its end, slot B and STATE come behind.
        var host = folder.resolve("host.raw");
        try (var disk = FileBlockDevice.create(host, layout.minimumDiskSize())) {
            GptWriter.create(disk, layout.imageTable("test:1", rootHash));
        }
        sgdisk.run("-e", host.toString());
        sgdisk.run("-n", "4:0:+100M", "-n", "5:0:+1M", "-n", "6:0:+64M", host.toString());
        try (var disk = FileBlockDevice.openReadOnly(host)) {
            var found = GptReader.read(disk, SectorSize.B512);
            assertThat(found.faults()).isEmpty();
            assertThat(found.table().size(found.table().entry(6))).isEqualTo(sizes.stateMinimum());
        }
    }
}
