package io.bascule.cli;

import io.bascule.imagebuilder.erofs.read.ErofsPath;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.erofs.read.UsrFileSystem;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.ForeignText;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.layout.Slot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The image that a command looks into: an EROFS file, or a disk image with one in a slot. */
final class ImageFile {
    @Parameters(
            index = "0",
            paramLabel = "IMAGE",
            description = "An EROFS image (.usr of a release), or a disk image (.raw).")
    private Path file = Path.of("");

    @Option(
            names = "--slot",
            paramLabel = "SLOT",
            description = "Which slot of a disk image: ${COMPLETION-CANDIDATES}; default A.")
    private @Nullable Slot slot;

    /** What is done with an image. */
    @FunctionalInterface
    interface Work {
        void with(ErofsReader reader) throws CliFailure, IOException;
    }

    /** Opens the image for {@code work}; what is malformed in it is said with the name of the file. */
    void use(Work work) throws CliFailure, IOException {
        InputFile.require(file, "image", "give the .usr or .raw file of a release, or another EROFS image");
        try (var device = FileBlockDevice.openReadOnly(file)) {
            work.with(ErofsReader.open(fileSystem(device)));
        } catch (MalformedFormatException e) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT,
                    file + ": " + e.getMessage(),
                    "is the file whole? fsck.erofs may tell more about it",
                    e);
        }
    }

    private BlockDevice fileSystem(FileBlockDevice device) throws CliFailure, IOException {
        var chosen = slot == null ? Slot.A : slot;
        try {
            var found = UsrFileSystem.find(device, chosen)
                    .orElseThrow(() -> new CliFailure(
                            ExitCode.BAD_INPUT,
                            file + " has no partition " + chosen.label(),
                            "slot B is made at first boot; an image as it was built has slot A only"));
            if (slot != null && found == device) {
                throw new CliFailure(
                        ExitCode.USAGE, file + " is a file system and no disk, it has no slots", "leave out --slot");
            }
            return found;
        } catch (MalformedFormatException e) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT,
                    file + " is neither an EROFS image nor a disk image: " + e.getMessage(),
                    "unpack it first if it is compressed; give a .usr or .raw file",
                    e);
        }
    }

    /** {@return what is at {@code path}} */
    ErofsPath find(ErofsReader reader, String path, boolean followLast) throws CliFailure, IOException {
        var found = ErofsPath.find(reader, path.getBytes(StandardCharsets.UTF_8), followLast);
        if (found.isPresent()) {
            return found.get();
        }
        var link = followLast ? ErofsPath.find(reader, path.getBytes(StandardCharsets.UTF_8), false) : found;
        if (link.isPresent()) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT,
                    path + " is a symbolic link to "
                            + ForeignText.printable(
                                    reader.target(link.get().inode()).toString())
                            + ", and there is no such file in " + file,
                    "links are followed inside the image only");
        }
        throw new CliFailure(
                ExitCode.BAD_INPUT,
                "there is no " + path + " in " + file,
                "paths begin at the root of the file system, which is a host's /usr; `bascule image ls` shows them");
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
