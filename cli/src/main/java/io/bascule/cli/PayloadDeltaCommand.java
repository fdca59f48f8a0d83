package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.ReleaseParts;
import io.bascule.imagebuilder.TemporaryFolder;
import io.bascule.imagebuilder.delta.DeltaPartitions;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.payload.PayloadWriter;
import io.bascule.signing.Signer;
import io.bascule.signing.release.FileKind;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bascule payload delta}. */
@Command(
        name = "delta",
        description = {
            "Makes payloads for hosts that have an earlier release: what is in it already is copied on the host, or",
            "patched, and not sent. Such a payload fits hosts with exactly that release, and no others."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Each is written to FOLDER/BOARD_TO_from_FROM.payload, which must not be there. Builds with --previous keep",
            "what is unchanged at its place, which makes the smallest deltas.",
            "",
            "Example:",
            "  bascule payload delta --from releases/amd64-base/1.0.0 --to releases/amd64-base/1.0.1 \\",
            "      --key keys/development.key --out deltas"
        })
final class PayloadDeltaCommand implements Callable<Integer> {
    @Option(
            names = "--from",
            required = true,
            paramLabel = "RELEASE",
            description = "Folder of a release that hosts have; may be given several times.")
    private List<Path> from = new ArrayList<>();

    @Option(
            names = "--to",
            required = true,
            paramLabel = "RELEASE",
            description = "Folder of the release that they are to get.")
    private Path to = Path.of("");

    @Mixin
    private KeyOptions keys = new KeyOptions();

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where to write the payloads; default: the current folder.")
    private Path out = Path.of(".");

    @Option(names = "--jobs", paramLabel = "N", description = "Threads that compress; default: one for each core.")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--standard",
            description = {
                "Only operations of CrAU that other engines know, too; the payload is several times larger, because it",
                "cannot look inside compressed files."
            })
    private boolean standard;

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    /** A payload that was made. */
    private record Made(Path file, String version, long size) {}

    @Override
    public Integer call() throws CliFailure, BuildException, IOException {
        if (jobs < 1 || jobs > 256) {
            throw new CliFailure(ExitCode.USAGE, "--jobs must be from 1 to 256", "");
        }
        if (keys.isEmpty()) {
            throw new CliFailure(ExitCode.USAGE, "a key must sign", "give it with --key");
        }
        var signers = keys.signers();
        var terminal = Terminal.standard();
        var made = new ArrayList<Made>();
        try (var target = ReleaseParts.open(to)) {
            for (var folder : from) {
                try (var source = ReleaseParts.open(folder)) {
                    made.add(write(source, target, signers, terminal));
                }
            }
            print(made, target);
        }
        return ExitCode.OK.number();
    }

    private Made write(ReleaseParts source, ReleaseParts target, List<Signer> signers, Terminal terminal)
            throws CliFailure, BuildException, IOException {
        if (!source.release().board().equals(target.release().board())) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT,
                    "release " + version(source) + " is of the board '"
                            + source.release().board() + "', and " + version(target) + " of '"
                            + target.release().board() + "'",
                    "hosts never change their board: give two releases of one");
        }
        var name = target.release().board() + "_" + version(target) + "_from_" + version(source) + ".payload";
        var file = out.resolve(name);
        if (Files.exists(file)) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT, "there is a file " + file + " already", "remove it, or choose another --out");
        }
        var partitions = DeltaPartitions.of(
                source.partitions(),
                target.partitions(),
                standard ? "" : target.release().encoder());
        terminal.step("delta");
        try (var folder = TemporaryFolder.in(out, ".delta")) {
            var unfinished = folder.path().resolve(name);
            try (var stream = new BufferedOutputStream(Files.newOutputStream(unfinished))) {
                new PayloadWriter(signers, folder.path(), jobs)
                        .write(
                                partitions,
                                OptionalLong.empty(),
                                stream,
                                (done, total) -> terminal.doing("comparing and compressing " + new ByteCount(done)
                                        + " of " + new ByteCount(total)));
            }
            Files.move(unfinished, file);
        } catch (IllegalArgumentException e) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT,
                    "no delta from " + version(source) + " to " + version(target) + ": " + e.getMessage(),
                    "send the full payload, or build the release with --previous",
                    e);
        } catch (FileAlreadyExistsException e) {
            throw new CliFailure(ExitCode.BAD_INPUT, "there is a file " + file + " already", "", e);
        }
        var size = Files.size(file);
        terminal.result("from " + version(source) + ": " + new ByteCount(size) + ofFull(size, target));
        return new Made(file, version(source), size);
    }

    private static String version(ReleaseParts parts) {
        return parts.release().version().text();
    }

    private static String ofFull(long size, ReleaseParts target) {
        return target.release()
                .file(FileKind.PAYLOAD)
                .map(full -> String.format(Locale.ROOT, ", %.1f %% of the full payload", 100.0 * size / full.size()))
                .orElse("");
    }

    private void print(List<Made> made, ReleaseParts target) {
        if (!json) {
            made.forEach(item ->
                    System.out.println(item.file() + "  " + new ByteCount(item.size()) + ofFull(item.size(), target)));
            return;
        }
        var root = new ObjectMapper()
                .createObjectNode()
                .put("board", target.release().board())
                .put("version", version(target));
        target.release().file(FileKind.PAYLOAD).ifPresent(full -> root.put("fullPayloadSize", full.size()));
        var deltas = root.putArray("deltas");
        for (var item : made) {
            deltas.addObject()
                    .put("from", item.version())
                    .put("file", item.file().toString())
                    .put("size", item.size());
        }
        System.out.println(root.toPrettyString());
    }
}
