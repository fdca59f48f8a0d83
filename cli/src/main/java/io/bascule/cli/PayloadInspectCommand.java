package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.payload.PayloadInspector;
import io.bascule.payload.PayloadInspector.Claims;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule payload inspect}. */
@Command(
        name = "inspect",
        description = {
            "Shows what a payload says about itself: partitions, sizes, operations, number of signatures.",
            "Nothing is verified; whoever made the file may lie. `bascule payload verify` verifies."
        },
        mixinStandardHelpOptions = true)
final class PayloadInspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A payload.")
    private Path file = Path.of("");

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, IOException {
        InputFile.require(file, "payload", "give the .payload of a release folder");
        Claims claims;
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            claims = PayloadInspector.inspect(in);
        } catch (MalformedFormatException e) {
            throw new CliFailure(ExitCode.BAD_INPUT, file + ": " + e.getMessage(), "is it a payload, and whole?", e);
        }
        var size = Files.size(file);
        if (json) {
            printJson(claims, size);
        } else {
            print(claims, size);
        }
        return ExitCode.OK.number();
    }

    private static void print(Claims claims, long fileSize) {
        System.out.printf(
                Locale.ROOT,
                """
                CrAU payload, major version 2, %s, %d bytes%s
                header, manifest and metadata signatures: %d bytes; signatures: %d

                %s
                NOTHING WAS VERIFIED: this is what the file says about itself.
                """,
                claims.manifest().isDelta() ? "delta" : "full",
                claims.size(),
                fileSize == claims.size() ? "" : ", BUT THE FILE HAS " + fileSize,
                claims.metadataSize(),
                claims.signatureCount(),
                PayloadText.table(claims.manifest()));
    }

    private static void printJson(Claims claims, long fileSize) {
        var root = new ObjectMapper()
                .createObjectNode()
                .put("verified", false)
                .put("majorVersion", 2)
                .put("delta", claims.manifest().isDelta())
                .put("size", claims.size())
                .put("fileSize", fileSize)
                .put("metadataSize", claims.metadataSize())
                .put("signatures", claims.signatureCount());
        claims.manifest().maxTimestamp().ifPresent(time -> root.put("maxTimestamp", time));
        PayloadText.addTo(root.putArray("partitions"), claims.manifest());
        System.out.println(root.toPrettyString());
    }
}
