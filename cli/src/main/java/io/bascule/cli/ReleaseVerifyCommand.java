package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.ReleaseCheck;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.signing.release.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule release verify}. */
@Command(
        name = "verify",
        description = {
            "Holds a release folder to what hosts will hold it to: signatures and expiry of release.json, size and hash",
            "of every file, the payload's signatures, and that its partitions are the files of the release."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exits with 6 if something does not hold.",
            "",
            "Example:",
            "  bascule release verify releases/amd64-base/1.0.0 --trust keys/keyring.json"
        })
final class ReleaseVerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "A release folder, with its release.json.")
    private Path folder = Path.of("");

    @Mixin
    private TrustOption trust = new TrustOption();

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, IOException {
        var keys = trust.keys();
        InputFile.require(
                folder.resolve(ReleaseFiles.RELEASE_JSON),
                "release",
                "give the folder BOARD/VERSION that a build made");
        Release release;
        try {
            release = ReleaseCheck.run(folder, keys, Instant.now(), Terminal.standard());
        } catch (ReleaseCheck.FailedException e) {
            throw new CliFailure(
                    ExitCode.CHECK_FAILED,
                    folder + ": " + e.getMessage(),
                    "do not publish it; build it again, with --key, or get it again from where it was built",
                    e);
        }
        if (json) {
            printJson(release);
        } else {
            System.out.println("verified: " + release.board() + " " + release.version() + " for "
                    + release.architecture() + ", hosts take it until " + release.expires());
        }
        return ExitCode.OK.number();
    }

    private static void printJson(Release release) {
        var root = new ObjectMapper()
                .createObjectNode()
                .put("verified", true)
                .put("board", release.board())
                .put("version", release.version().text())
                .put("architecture", release.architecture())
                .put("expires", release.expires().toString())
                .put("identity", release.identity().toString());
        var files = root.putArray("files");
        for (var file : release.files()) {
            files.addObject()
                    .put("kind", file.kind().text())
                    .put("name", file.name())
                    .put("size", file.size())
                    .put("sha256", file.sha256().toString());
        }
        System.out.println(root.toPrettyString());
    }
}
