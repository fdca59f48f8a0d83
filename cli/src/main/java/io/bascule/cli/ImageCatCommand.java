package io.bascule.cli;

import io.bascule.imagebuilder.erofs.read.ErofsFileType;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bascule image cat}. */
@Command(
        name = "cat",
        description = "Writes the contents of a file in an image to standard output.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  bascule image cat amd64-base_1.0.0.raw lib/os-release"})
final class ImageCatCommand implements Callable<Integer> {
    @Mixin
    private ImageFile image = new ImageFile();

    @Parameters(
            index = "1",
            paramLabel = "PATH",
            description = "The file, from the root of the file system. Links are followed inside the image.")
    private String path = "";

    @Override
    public Integer call() throws CliFailure, IOException {
        image.use(this::write);
        return ExitCode.OK.number();
    }

    private void write(ErofsReader reader) throws CliFailure, IOException {
        var found = image.find(reader, path, true);
        if (found.inode().type() != ErofsFileType.REGULAR) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT, path + " in " + image + " is no regular file", "`bascule image ls` shows it");
        }
        try (var in = reader.open(found.inode())) {
            in.transferTo(System.out);
        }
        System.out.flush();
        if (System.out.checkError()) {
            throw new CliFailure(ExitCode.IO, "standard output took only a part of " + path, "");
        }
    }
}
