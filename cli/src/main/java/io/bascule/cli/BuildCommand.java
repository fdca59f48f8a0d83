package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.BuildRequest;
import io.bascule.imagebuilder.ImageBuild;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.imagebuilder.lock.Lock;
import io.bascule.imagebuilder.output.OutputFormat;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bascule build}. */
@Command(
        name = "build",
        description = {
            "Builds a release: a bootable disk image and its parts, from a board and a version.",
            "The packages come from Debian through mmdebstrap; what follows needs no root, no loop device and no mount.",
            "Without --key it has no payload, and hosts will not take it as an update."
        },
        footer = {
            "",
            "The release folder OUT/BOARD/VERSION holds the disk (.raw, sparse), the /usr file system",
            "(.usr.erofs), its dm-verity hashes (.usr.verity), the unified kernel image (.efi), with --key the update",
            "payload (.payload), release.json, packages.json and SHA256SUMS. It appears under its name when it is complete, or not at all.",
            "",
            "Examples:",
            "  bascule build boards/amd64-base --version 1.0.0 --out releases --format qcow2 --format raw.zst",
            "  bascule build boards/amd64-base --version 1.0.0 --out releases --key keys/development.key",
            "  bascule build boards/amd64-base --version 1.0.0 --out releases --locked",
            "  bascule build boards/amd64-base --version 1.0.0 --out releases --verify-reproducible",
            "  bascule run releases/amd64-base/1.0.0/amd64-base_1.0.0.raw"
        })
final class BuildCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BOARD", description = "Folder of the board, with its board.yaml.")
    private Path board = Path.of("");

    @Option(
            names = "--version",
            required = true,
            paramLabel = "VERSION",
            description = "Version of the release, like 1.0.0.")
    private String version = "";

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FOLDER",
            description = "The release goes to FOLDER/BOARD/VERSION, which must not exist.")
    private Path out = Path.of("");

    @Mixin
    private MirrorOptions mirrors = new MirrorOptions();

    @Option(
            names = "--packages-tar",
            paramLabel = "FILE",
            description =
                    "The tree of packages as a tar: read if the file is there, else written to it, so that several"
                            + " releases can be built from the same packages.")
    private @Nullable Path packagesTar;

    @Option(
            names = "--engine",
            paramLabel = "FOLDER",
            description = "Folder with the update engine's jars and launcher; by default the one of this checkout.")
    private @Nullable Path engine;

    @Option(
            names = "--cache",
            paramLabel = "FOLDER",
            description = "What later builds use again; default: ${DEFAULT-VALUE}.")
    private Path cache = Workspace.cache();

    @Option(names = "--fresh", description = "Install and compress everything anew, and use nothing of earlier builds.")
    private boolean fresh;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            split = ",",
            description =
                    "Write the disk in this format, too: qcow2, qcow2-zstd, vmdk, vhd, vhd-dynamic, raw; each also with"
                            + " .zst, .xz or .bz2 behind it, like raw.zst. May be given several times.")
    private List<String> formats = List.of();

    @Option(names = "--jobs", paramLabel = "N", description = "Threads that compress; default: one for each core.")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--previous",
            paramLabel = "RELEASE",
            description =
                    "An earlier release, as folder, .usr.erofs or .raw: what is the same in both stays at its place, so that"
                            + " updates from it are small. May be given several times, the closest release first.")
    private List<Path> previous = new ArrayList<>();

    @Option(
            names = "--delta-from",
            paramLabel = "RELEASE",
            description =
                    "Folder of an earlier release: hosts that have it get a payload of their own, with what is new"
                            + " alone. Needs --key; give --previous, too, or little stays the same. May be given several times.")
    private List<Path> deltaFrom = new ArrayList<>();

    @Option(
            names = "--locked",
            description =
                    "Take exactly what the board's lock.yaml says (`bascule lock`), from the cache if it is there.")
    private boolean locked;

    @Option(
            names = "--lock",
            paramLabel = "FILE",
            description = "The lock to take with --locked; by default lock.yaml in the board's folder.")
    private @Nullable Path lock;

    @Option(
            names = "--verify-reproducible",
            description =
                    "Build the release once more, under another time zone, locale, umask, folder, clock and number of"
                            + " cores, and compare; exit with 6 if a byte differs.")
    private boolean verifyReproducible;

    @Option(names = "--dry-run", description = "Check the board and say what would be built, but build nothing.")
    private boolean dryRun;

    @Spec
    private @Nullable CommandSpec spec;

    // Not from picocli's mixin, whose --version would say Bascule's own.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean unusedHelp;

    @Mixin
    private SigningOptions signing = new SigningOptions();

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, BuildException, IOException, InterruptedException {
        if (packagesTar != null && Files.exists(packagesTar) && !Files.isRegularFile(packagesTar)) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT,
                    "--packages-tar " + packagesTar + " is not a file",
                    "name a tar that an earlier build wrote, or a file that is not there yet");
        }
        if (jobs < 1 || jobs > 256) {
            throw new CliFailure(ExitCode.USAGE, "--jobs must be from 1 to 256", "");
        }
        var request = new BuildRequest(
                board,
                version,
                out,
                cache,
                fresh,
                mirrors.mirrors(),
                mirrors.keyring(),
                Optional.ofNullable(packagesTar),
                engine == null ? Workspace.engine() : Optional.of(engine),
                Workspace.buildTime(),
                jobs,
                signing.read(Instant.now()),
                exports(),
                previous,
                deltaFrom,
                lock());
        var terminal = Terminal.standard();
        if (dryRun) {
            var plan = ImageBuild.plan(request);
            System.out.println(json ? new ObjectMapper().writeValueAsString(plan) : plan.describe());
            return ExitCode.OK.number();
        }
        if (verifyReproducible) {
            SecondBuild.checkFree(request);
        }
        var release = ImageBuild.run(request, terminal);
        Optional<SecondBuild.Result> second = verifyReproducible
                ? Optional.of(SecondBuild.run(
                        request,
                        release,
                        Objects.requireNonNull(spec).commandLine().getParseResult(),
                        terminal))
                : Optional.empty();
        if (json) {
            printJson(release, second);
        } else {
            terminal.say("built " + release.folder() + " in " + Terminal.seconds(terminal.elapsed()));
            for (var file : Stream.concat(
                            Stream.of(
                                    release.disk(), release.usr(), release.verity(), release.uki(), release.payload()),
                            request.exports().stream().map(release::export))
                    .toList()) {
                if (Files.exists(file)) {
                    System.out.println(file + "  " + new ByteCount(Files.size(file)));
                }
            }
            if (request.signing().isEmpty()) {
                terminal.say("NOT SIGNED: hosts will not take this release as an update; to change that,"
                        + " `bascule keys new` and build --key");
            }
            second.ifPresent(result -> result.print(terminal));
        }
        return second.map(SecondBuild.Result::same).orElse(true)
                ? ExitCode.OK.number()
                : ExitCode.CHECK_FAILED.number();
    }

    private Optional<Path> lock() throws CliFailure {
        if (lock != null && !locked) {
            throw new CliFailure(ExitCode.USAGE, "--lock needs --locked", "give both, or none");
        }
        return locked ? Optional.of(lock == null ? board.resolve(Lock.FILE_NAME) : lock) : Optional.empty();
    }

    /** Raw is always written. */
    private List<OutputFormat> exports() throws CliFailure {
        var exports = new LinkedHashSet<OutputFormat>();
        for (var format : formats) {
            exports.add(ImageArguments.format(format));
        }
        exports.remove(OutputFormat.RAW);
        return List.copyOf(exports);
    }

    private static void printJson(ReleaseFiles release, Optional<SecondBuild.Result> second) throws IOException {
        var mapper = new ObjectMapper();
        var result = mapper.createObjectNode()
                .put("folder", release.folder().toString())
                .put("disk", release.disk().toString());
        result.set("release", mapper.readTree(release.releaseJson().toFile()));
        second.ifPresent(found -> result.set("reproducible", found.toJson()));
        System.out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(result));
    }
}
