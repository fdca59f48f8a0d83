package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.erofs.read.ErofsPath;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.extract.Extracted;
import io.bascule.imagebuilder.extract.FolderExtraction;
import io.bascule.imagebuilder.extract.TarExtraction;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule image extract}. */
@Command(
        name = "extract",
        description = "Takes files out of an image, into a new folder or into a tar.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A folder gets contents, links, permissions and times; everything belongs to you. What it cannot hold",
            "(owners, devices, extended attributes, some names) is counted and said. A tar holds all of it.",
            "",
            "Examples:",
            "  bascule image extract amd64-base_1.0.0.raw --to usr",
            "  bascule image extract amd64-base_1.0.0.usr --tar usr.tar lib/modules bin/bash"
        })
final class ImageExtractCommand implements Callable<Integer> {
    @Mixin
    private ImageFile image = new ImageFile();

    @Parameters(
            index = "1",
            arity = "0..*",
            paramLabel = "PATH",
            description = "What to take, with all below; default: everything. Folders above come along.")
    private List<String> paths = new ArrayList<>();

    @ArgGroup(multiplicity = "1")
    private Target target = new Target();

    /** Where to. */
    private static final class Target {
        @Option(names = "--to", paramLabel = "FOLDER", description = "The folder to make; it must not be there yet.")
        private @Nullable Path folder;

        @Option(names = "--tar", paramLabel = "FILE", description = "The tar to make; it must not be there yet.")
        private @Nullable Path tar;
    }

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, IOException {
        image.use(this::extract);
        return ExitCode.OK.number();
    }

    private void extract(ErofsReader reader) throws CliFailure, IOException {
        var to = target.folder == null ? target.tar : target.folder;
        if (to == null) {
            throw new CliFailure(ExitCode.USAGE, "give --to or --tar", "");
        }
        if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
            throw new CliFailure(ExitCode.BAD_INPUT, to + " is there already", "choose another name, or remove it");
        }
        var chosen = new ArrayList<ErofsPath>();
        for (var path : paths.isEmpty() ? List.of("") : paths) {
            chosen.add(image.find(reader, path, false));
        }
        var result =
                to.equals(target.folder) ? FolderExtraction.write(reader, chosen, to) : writeTar(reader, chosen, to);
        if (json) {
            System.out.println(
                    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(result));
            return;
        }
        System.out.println(to + "  " + result.files() + " files, " + new ByteCount(result.bytes()));
        result.missing().forEach(what -> System.err.println("  not kept: " + what));
        if (to.equals(target.folder) && !result.missing().isEmpty()) {
            System.err.println("  --tar keeps all but sockets");
        }
    }

    /** The tar has its name only when it is complete. */
    private static Extracted writeTar(ErofsReader reader, List<ErofsPath> chosen, Path to) throws IOException {
        var partial = to.resolveSibling(to.getFileName() + ".partial");
        try {
            Extracted result;
            try (var out = Files.newOutputStream(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                result = TarExtraction.write(reader, chosen, out);
            }
            Files.move(partial, to);
            return result;
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
