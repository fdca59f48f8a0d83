package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.ReleaseParts;
import io.bascule.imagebuilder.TemporaryFolder;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.payload.PayloadApplier;
import io.bascule.payload.PayloadException;
import io.bascule.payload.PayloadManifest;
import io.bascule.payload.PayloadProgress;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule payload apply}. */
@Command(
        name = "apply",
        description = {
            "Applies a payload as a host does, but to files: a new FOLDER gets a file NAME.img for each partition.",
            "Everything is verified, and each file is read back. A delta needs the release that it starts from."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exits with 6 if the payload is not right, or does not fit the earlier release; there is no FOLDER then.",
            "",
            "Example:",
            "  bascule payload apply amd64-base_1.0.1_from_1.0.0.payload --trust keys/keyring.json \\",
            "      --from releases/amd64-base/1.0.0 --out partitions"
        })
final class PayloadApplyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A payload.")
    private Path file = Path.of("");

    @Mixin
    private TrustOption trust = new TrustOption();

    @Option(names = "--from", paramLabel = "RELEASE", description = "Folder of the release that a delta starts from.")
    private @Nullable Path from;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Is made; must not be there.")
    private Path out = Path.of("");

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, BuildException, IOException {
        var keys = trust.keys();
        InputFile.require(file, "payload", "give the .payload of a release folder, or a delta");
        if (Files.exists(out)) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT, "there is something at " + out + " already", "choose another --out");
        }
        try (var folder = TemporaryFolder.in(out.toAbsolutePath().resolveSibling(""), ".payload-apply");
                var in = new BufferedInputStream(Files.newInputStream(file))) {
            var unfinished = Files.createDirectory(folder.path().resolve("partitions"));
            var applier = PayloadApplier.open(in, keys);
            apply(applier, unfinished);
            Files.move(unfinished, out);
            print(applier.manifest());
        } catch (MalformedFormatException | PayloadException e) {
            throw PayloadText.failure(file, e);
        }
        return ExitCode.OK.number();
    }

    private void apply(PayloadApplier applier, Path folder) throws CliFailure, BuildException, IOException {
        var terminal = Terminal.standard();
        terminal.step("payload");
        var targets = new LinkedHashMap<String, BlockDevice>();
        try {
            for (var partition : applier.manifest().partitions()) {
                targets.put(
                        partition.name(),
                        FileBlockDevice.create(folder.resolve(partition.name() + ".img"), partition.size()));
            }
            var progress = new PayloadProgress() {
                @Override
                public void blocks(long done, long total) {
                    terminal.doing("applying " + new ByteCount(done) + " of " + new ByteCount(total));
                }

                @Override
                public void readingBack(long done, long total) {
                    terminal.doing("reading back " + new ByteCount(done) + " of " + new ByteCount(total));
                }
            };
            if (from == null) {
                applier.applyTo(targets, Map.of(), progress);
            } else {
                try (var source = ReleaseParts.open(from)) {
                    applier.applyTo(targets, source.partitions(), progress);
                }
            }
        } finally {
            for (var device : targets.values()) {
                device.close();
            }
        }
        terminal.result(new ByteCount(Files.size(file)).toString());
    }

    private void print(PayloadManifest manifest) {
        if (!json) {
            manifest.partitions()
                    .forEach(partition ->
                            System.out.println(out.resolve(partition.name() + ".img") + "  " + partition.size()));
            return;
        }
        var root = new ObjectMapper().createObjectNode().put("verified", true);
        PayloadText.addTo(root.putArray("partitions"), manifest);
        System.out.println(root.toPrettyString());
    }
}
