package io.bascule.partitionlayout.fat;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What dosfstools and mtools think of our volumes, and we of theirs. */
class FatOracleTest {
    @TempDir
    private Path folder;

    private String write(int mib, SectorSize sectorSize) throws IOException {
        var image = folder.resolve("esp.raw");
        var options = new FatOptions("MY ESP", 0x1234ABCD, Instant.parse("2026-01-02T03:04:05Z"), 2048, sectorSize);
        try (var volume = FileBlockDevice.create(image, ByteCount.ofMiB(mib))) {
            FatWriter.write(volume, Volumes.tree(Volumes.files()), options);
        }
        return image.toString();
    }

    @ParameterizedTest
    @CsvSource({"34, B512", "64, B512", "512, B512", "300, B4096"})
    void fsckFindsNothingWrong(int mib, SectorSize sectorSize) throws IOException {
        var fsck = ExternalTool.require("fsck.vfat");
        // With -n it exits with 1 for anything that it would have repaired.
        assertThat(fsck.run("-n", "-v", write(mib, sectorSize)))
                .contains("FATs, 32 bit entries", "17 files", sectorSize.bytes() + " bytes per logical sector")
                .doesNotContainIgnoringCase("differ")
                .doesNotContainIgnoringCase("wrong")
                .doesNotContainIgnoringCase("dirty");
    }

    @ParameterizedTest
    @CsvSource({"34, B512", "512, B512", "300, B4096"})
    void mtoolsReadsOurVolume(int mib, SectorSize sectorSize) throws IOException {
        var mdir = ExternalTool.require("mdir");
        var mcopy = ExternalTool.require("mcopy");
        var image = write(mib, sectorSize);
        assertThat(mdir.run("-i", image, "::/"))
                .contains("Volume in drive : is MY ESP", "Volume Serial Number is 1234-ABCD")
                .containsPattern("EFI +<DIR> +2026-01-02 +3:04")
                .containsPattern("EMPTY +BIN +0 2026-01-02 +3:04");
        assertThat(mdir.run("-i", image, "::/EFI/Linux"))
                .containsPattern("AMD64-~1 EFI +3000001 .*amd64-base_1.0.0\\+3-0.efi")
                .containsPattern("AMD64-~2 EFI +512 .*amd64-base_1.0.1.efi");
        var out = Files.createDirectory(folder.resolve("out"));
        mcopy.run("-s", "-i", image, "::/EFI", "::/loader", "::/README", "::/EMPTY.BIN", out.toString());
        for (var file : Volumes.files().entrySet()) {
            if (US_ASCII.newEncoder().canEncode(file.getKey())) {
                assertThat(out.resolve(file.getKey())).as(file.getKey()).hasBinaryContent(file.getValue());
            }
        }
        assertThat(mdir.run("-i", image, "::/loader")).containsPattern("TXT +513 .*Zürich 漢.txt");
    }

    @ParameterizedTest
    @CsvSource({
        "8, 16, 1, 512, FAT16",
        "64, 16, 4, 512, FAT16",
        "64, 32, 1, 512, FAT32",
        "300, 32, 1, 4096, FAT32",
        "520, 32, 16, 512, FAT32"
    })
    void weReadTheVolumesOfOthers(int mib, String bits, String clusterSectors, String sector, FatType type)
            throws IOException {
        var mkfs = ExternalTool.require("mkfs.vfat");
        var mcopy = ExternalTool.require("mcopy");
        var mmd = ExternalTool.require("mmd");
        var mdel = ExternalTool.require("mdel");
        var image = folder.resolve("foreign.raw");
        FileBlockDevice.create(image, ByteCount.ofMiB(mib)).close();
        var at = image.toString();
        mkfs.run("-F", bits, "-s", clusterSectors, "-S", sector, "-n", "FOREIGN", "-i", "0BADCAFE", at);

        var files = Volumes.withDirectories(Volumes.files());
        for (var file : files.entrySet()) {
            if (file.getKey().endsWith("/")) {
                mmd.run(
                        "-i",
                        at,
                        "::/" + file.getKey().substring(0, file.getKey().length() - 1));
            } else {
                var source = Files.write(folder.resolve("source"), file.getValue());
                mcopy.run("-i", at, source.toString(), "::/" + file.getKey());
            }
        }
        // A hole at the start, so that the last file is in pieces.
        var large = "large file.bin";
        mdel.run("-i", at, "::/EFI/BOOT/BOOTX64.EFI");
        files.remove("EFI/BOOT/BOOTX64.EFI");
        files.put(large, Volumes.bytes(new Random(2), 2_000_000));
        Files.write(folder.resolve("source"), files.getOrDefault(large, new byte[0]));
        mcopy.run("-i", at, folder.resolve("source").toString(), "::/" + large);

        try (var volume = FileBlockDevice.openReadOnly(image)) {
            var reader = FatReader.open(volume);
            assertThat(reader.type()).isEqualTo(type);
            assertThat(reader.label()).isEqualTo("FOREIGN");
            assertThat(reader.volumeId()).isEqualTo(0x0BADCAFE);
            assertThat(reader.clusterSize().bytes()).isEqualTo(Long.parseLong(clusterSectors) * Long.parseLong(sector));
            assertThat(Volumes.readAll(reader)).containsExactlyInAnyOrderEntriesOf(files);
            var free = ExternalTool.require("mdir")
                    .run("-i", at, "::/")
                    .replaceAll("(?s).*\\n([ 0-9]+) bytes free.*", "$1");
            assertThat(reader.freeBytes().bytes())
                    .isEqualTo(Long.parseLong(free.replace(" ", "").strip()));
        }
    }

    /** mtools refuses it as FAT16, but Linux and EDK II go by the boot sector, and so do we. */
    @Test
    void weReadFat32WithFewerClustersThanTheSpecificationWants() throws IOException {
        var mkfs = ExternalTool.require("mkfs.vfat");
        var image = folder.resolve("foreign.raw");
        FileBlockDevice.create(image, ByteCount.ofMiB(16)).close();
        mkfs.run("-F", "32", "-s", "1", "-n", "FOREIGN", image.toString());
        try (var volume = FileBlockDevice.openReadOnly(image)) {
            var reader = FatReader.open(volume);
            assertThat(reader.type()).isEqualTo(FatType.FAT32);
            assertThat(reader.label()).isEqualTo("FOREIGN");
            assertThat(reader.list("")).isEmpty();
        }
    }

    @Test
    void weRefuseFat12() throws IOException {
        var mkfs = ExternalTool.require("mkfs.vfat");
        var image = folder.resolve("foreign.raw");
        FileBlockDevice.create(image, new ByteCount(1440 * 1024)).close();
        mkfs.run("-F", "12", image.toString());
        try (var volume = FileBlockDevice.openReadOnly(image)) {
            assertThatIOException().isThrownBy(() -> FatReader.open(volume)).withMessageContaining("FAT12");
        }
    }

    @Test
    void othersCanRenameAndAddFiles() throws IOException {
        var mren = ExternalTool.require("mren");
        var mcopy = ExternalTool.require("mcopy");
        var fsck = ExternalTool.require("fsck.vfat");
        var image = write(64, SectorSize.B512);
        mren.run("-i", image, "::/EFI/Linux/amd64-base_1.0.0+3-0.efi", "::/EFI/Linux/amd64-base_1.0.0+2-1.efi");
        var source = Files.write(folder.resolve("source"), "new".getBytes(UTF_8));
        mcopy.run("-i", image, source.toString(), "::/EFI/Linux/amd64-base_1.1.0+3-0.efi");
        fsck.run("-n", image);
        try (var volume = FileBlockDevice.openReadOnly(Path.of(image))) {
            var reader = FatReader.open(volume);
            assertThat(reader.list("EFI/Linux"))
                    .extracting(FatEntry::name)
                    .containsExactlyInAnyOrder(
                            "amd64-base_1.0.0+2-1.efi", "amd64-base_1.0.1.efi", "amd64-base_1.1.0+3-0.efi");
            try (var in = reader.open("EFI/Linux/amd64-base_1.1.0+3-0.efi")) {
                assertThat(in.readAllBytes()).isEqualTo("new".getBytes(UTF_8));
            }
        }
    }
}
