package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.ReleaseParts;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.payload.PayloadException;
import io.bascule.payload.PayloadVerifier;
import io.bascule.signing.TrustedKeys;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule payload verify}. */
@Command(
        name = "verify",
        description = {
            "Verifies a payload as a host does: both signatures, the hash of every blob, that each decodes to exactly",
            "its blocks, and the hash of every partition whose blocks come in order, as those of bascule do. Of a delta,",
            "give the release that it starts from."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exits with 6 if something does not hold.",
            "",
            "Example:",
            "  bascule payload verify amd64-base_1.0.0.payload --trust keys/keyring.json"
        })
final class PayloadVerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A payload.")
    private Path file = Path.of("");

    @Mixin
    private TrustOption trust = new TrustOption();

    @Option(
            names = "--from",
            paramLabel = "RELEASE",
            description =
                    "Folder of the release that a delta starts from; without it, only what is not made from an old"
                            + " content can be compared whole.")
    private @Nullable Path from;

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, BuildException, IOException {
        var keys = trust.keys();
        InputFile.require(file, "payload", "give the .payload of a release folder");
        var verified = verify(keys);
        if (json) {
            var root = new ObjectMapper().createObjectNode().put("verified", true);
            var partitions = root.putArray("partitions");
            PayloadText.addTo(partitions, verified.manifest());
            var compared = root.putArray("wholePartitionsCompared");
            verified.manifest().partitions().stream()
                    .filter(partition -> verified.comparedPartitions().contains(partition.name()))
                    .forEach(partition -> compared.add(partition.name()));
            System.out.println(root.toPrettyString());
        } else {
            System.out.print(PayloadText.table(verified.manifest()));
            System.out.println();
            System.out.println(
                    "verified: signed by " + keys.threshold() + " or more trusted keys, every blob has its hash"
                            + (verified.comparedAll()
                                    ? ", and so has every partition"
                                    : "; whole partitions compared: " + verified.comparedPartitions()));
        }
        return ExitCode.OK.number();
    }

    private PayloadVerifier.Verified verify(TrustedKeys keys) throws CliFailure, BuildException, IOException {
        var terminal = Terminal.standard();
        terminal.step("payload");
        try (var in = new BufferedInputStream(Files.newInputStream(file));
                var source = from == null ? null : ReleaseParts.open(from);
                var scratch = new ScratchFiles()) {
            var verified = PayloadVerifier.verify(
                    in,
                    keys,
                    source == null ? Map.of() : source.partitions(),
                    scratch,
                    (done, total) ->
                            terminal.doing("verifying " + new ByteCount(done) + " of " + new ByteCount(total)));
            terminal.result(new ByteCount(Files.size(file)).toString());
            return verified;
        } catch (MalformedFormatException | PayloadException e) {
            throw PayloadText.failure(file, e);
        }
    }
}
