package io.bascule.imagebuilder;

import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.BlockDevices;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.fat.FatContent;
import io.bascule.partitionlayout.fat.FatOptions;
import io.bascule.partitionlayout.fat.FatTree;
import io.bascule.partitionlayout.fat.FatWriter;
import io.bascule.partitionlayout.gpt.GptWriter;
import io.bascule.partitionlayout.gpt.Guid;
import io.bascule.partitionlayout.layout.DiskLayout;
import io.bascule.partitionlayout.layout.PlannedPartition;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.payload.ContentHash;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** The disk that people download: partition table, ESP with systemd-boot and one UKI, slot A. */
final class DiskImage {
    private static final String SYSTEMD_BOOT = "usr/lib/systemd/boot/efi/systemd-bootx64.efi";

    /** No menu: the newest good entry is started, and with nobody watching a prompt would only cost time. */
    private static final String LOADER_CONF = "timeout 0\neditor no\n";

    /** One sector that hosts overwrite in place: see docs/formats/boot-entries.md. No entry has that name. */
    private static final String NO_ATTEMPTS = "- 0" + " ".repeat(508) + "\n";

    private DiskImage() {}

    /** {@return systemd-boot from the tree of the image, so that loader and system always fit together} */
    static Content bootLoader(FileTree tree) throws BuildException {
        return tree.file(SYSTEMD_BOOT)
                .orElseThrow(() -> BuildException.badInput(
                        "the tree has no /" + SYSTEMD_BOOT, "add systemd-boot-efi to the packages in board.yaml"))
                .content();
    }

    /** {@return the SHA-256 of the disk} */
    static Sha256Digest write(
            ReleaseFiles release, DiskLayout layout, RootHash rootHash, Content bootLoader, Instant time)
            throws BuildException, IOException {
        var identity = release.board() + "/" + release.version();
        try (var disk = FileBlockDevice.create(release.disk(), layout.imageSize())) {
            GptWriter.create(disk, layout.imageTable(identity, rootHash));
            writeEsp(disk, layout, release, bootLoader, time);
            copy(release.usr(), disk, layout.usr());
            copy(release.verity(), disk, layout.usrVerity());
            // Here, because a disk that was just made knows what of it is empty.
            return ContentHash.of(disk);
        }
    }

    private static void writeEsp(
            BlockDevice disk, DiskLayout layout, ReleaseFiles release, Content bootLoader, Instant time)
            throws BuildException, IOException {
        var tree = new FatTree();
        tree.addFile("EFI/BOOT/BOOTX64.EFI", fat(bootLoader));
        tree.addFile("EFI/systemd/systemd-bootx64.efi", fat(bootLoader));
        tree.addFile(release.ukiOnEsp(), new FileContent(release.uki(), Files.size(release.uki())));
        tree.addFile("loader/loader.conf", text(LOADER_CONF));
        tree.addFile("loader/entries.srel", text("type1\n"));
        tree.addDirectory("loader/entries");
        tree.addFile("loader/bascule-attempts", text(NO_ATTEMPTS));
        var esp = layout.esp();
        var volumeId = (int) Guid.nameBased("esp/" + release.board()).low();
        var options = new FatOptions(
                DiskLayout.ESP_LABEL,
                volumeId,
                time,
                esp.offset().bytes() / layout.sectorSize().bytes(),
                SectorSize.B512);
        try {
            FatWriter.write(esp.open(disk), tree, options);
        } catch (IllegalArgumentException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    "the EFI system partition of " + esp.size() + " cannot be made: " + e.getMessage(),
                    "make sizes.esp in board.yaml larger",
                    e);
        }
    }

    private static void copy(Path file, BlockDevice disk, PlannedPartition partition) throws IOException {
        try (var in = FileBlockDevice.openReadOnly(file);
                var slot = partition.open(disk)) {
            BlockDevices.copy(in, slot);
        }
    }

    private static FatContent text(String text) {
        return FatContent.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static FatContent fat(Content content) {
        return new TreeContent(content);
    }

    private record TreeContent(Content content) implements FatContent {
        @Override
        public long size() {
            return content.size();
        }

        @Override
        public InputStream open() throws IOException {
            return content.open();
        }
    }

    private record FileContent(Path file, long size) implements FatContent {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }

    /** {@return how much {@code needed} is too much for {@code available}, in words, or nothing if it fits} */
    static String excess(ByteCount needed, ByteCount available) {
        return needed.minus(available) + " too large (" + needed + " of " + available + ")";
    }
}
