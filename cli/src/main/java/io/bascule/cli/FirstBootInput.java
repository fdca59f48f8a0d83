package io.bascule.cli;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.source.Documents;
import io.bascule.firstboot.source.LoadedConfig;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.fat.FatContent;
import io.bascule.partitionlayout.fat.FatOptions;
import io.bascule.partitionlayout.fat.FatTree;
import io.bascule.partitionlayout.fat.FatWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Configurations for the first boot that the user names, and drives made of them. */
public final class FirstBootInput {
    /** Room for the documents, of which each may have 4 MiB, and enough for FAT32. */
    private static final ByteCount DRIVE_SIZE = ByteCount.ofMiB(64);

    private FirstBootInput() {}

    /** {@return the configuration in a file or a folder} */
    static LoadedConfig read(Path path) throws CliFailure, IOException {
        if (!Files.isReadable(path)) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT,
                    "there is no configuration " + path + " that can be read",
                    "give a file, or a folder that is laid out like a config drive; docs/first-boot.md has examples");
        }
        try {
            return Files.isDirectory(path)
                    ? Documents.folder(path.toString(), path)
                    : Documents.single(path.toString(), String.valueOf(path.getFileName()), Documents.bytes(path));
        } catch (ConfigException e) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT,
                    String.valueOf(e.getMessage()),
                    "docs/first-boot.md tells what is understood",
                    e);
        }
    }

    /**
     * Makes a drive with the files of a folder.
     *
     * @param folder laid out like a config drive, from which it gets its label
     * @param image the file to be made
     */
    public static void writeDrive(Path folder, Path image) throws IOException {
        var label = Files.exists(folder.resolve("openstack"))
                ? "CONFIG-2"
                : Files.exists(folder.resolve("ignition")) ? "IGNITION" : "CIDATA";
        var tree = new FatTree();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted().toList()) {
                if (Files.isRegularFile(file)) {
                    var name = folder.relativize(file).toString().replace('\\', '/');
                    tree.addFile(name, FatContent.of(Files.readAllBytes(file)));
                }
            }
        }
        try (var volume = FileBlockDevice.create(image, DRIVE_SIZE)) {
            FatWriter.write(
                    volume,
                    tree,
                    new FatOptions(label, label.hashCode(), Instant.parse("2026-01-01T00:00:00Z"), 0, SectorSize.B512));
        } catch (IllegalArgumentException e) {
            throw new IOException(folder + " cannot be a drive: " + e.getMessage(), e);
        }
    }
}
