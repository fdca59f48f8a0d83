package io.bascule.cli;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.diff.DiffJson;
import io.bascule.imagebuilder.diff.DiffPage;
import io.bascule.imagebuilder.diff.DiffText;
import io.bascule.imagebuilder.diff.ImageDiff;
import io.bascule.imagebuilder.diff.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule image diff}. */
@Command(
        name = "diff",
        description = {
            "Shows what is different between two images: packages, files, sizes, configuration, kernel and command line.",
            "Nothing is verified; `bascule release verify` verifies."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A and B are release folders, or EROFS images, which know less about themselves.",
            "Exits with 0 whether they differ or not, unless --exit-code is given.",
            "",
            "Examples:",
            "  bascule image diff releases/amd64-base/1.0.0 releases/amd64-base/1.1.0",
            "  bascule image diff --html changes.html releases/amd64-base/1.0.0 releases/amd64-base/1.1.0"
        })
final class ImageDiffCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "A", description = "The image before.")
    private Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "B", description = "The image after.")
    private Path after = Path.of("");

    @Option(names = "--all", description = "Show every row of each table, not only the most important ones.")
    private boolean all;

    @Option(names = "--json", description = "Print everything as JSON on standard output.")
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write a page with a map of the sizes; it needs nothing but itself.")
    private @Nullable Path html;

    @Option(names = "--exit-code", description = "Exit with 6 if there is a difference.")
    private boolean exitCode;

    @Override
    public Integer call() throws CliFailure, BuildException, IOException {
        if (html != null && !Files.isDirectory(html.toAbsolutePath().resolveSibling("."))) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT, "there is no folder for " + html, "make the folder, or choose another --html");
        }
        var terminal = Terminal.standard();
        ImageDiff diff;
        try (var from = ImageSource.open(before);
                var to = ImageSource.open(after)) {
            terminal.step("diff");
            diff = ImageDiff.between(from.contents(), to.contents(), terminal);
            var count = diff.files().size();
            terminal.result(count == 1 ? "1 file differs" : count + " files differ");
        }
        if (html != null) {
            write(html, DiffPage.of(diff));
            terminal.say("  the page is at " + html);
        }
        System.out.print(json ? DiffJson.of(diff).toPrettyString() + "\n" : DiffText.of(diff, all));
        System.out.flush();
        return (exitCode && diff.different() ? ExitCode.CHECK_FAILED : ExitCode.OK).number();
    }

    /** The page has its name when it is whole. */
    private static void write(Path file, String text) throws IOException {
        var absolute = file.toAbsolutePath();
        var staging = absolute.resolveSibling("." + absolute.getFileName() + ".partial");
        try {
            Files.writeString(staging, text);
            Files.move(staging, absolute, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(staging);
        }
    }
}
