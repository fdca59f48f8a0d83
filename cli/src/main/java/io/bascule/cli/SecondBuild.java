package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.BuildRequest;
import io.bascule.imagebuilder.EngineRuntime;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.imagebuilder.TemporaryFolder;
import io.bascule.imagebuilder.board.BoardReader;
import io.bascule.imagebuilder.board.Source;
import io.bascule.imagebuilder.reproduce.Difference;
import io.bascule.imagebuilder.reproduce.ReleaseComparison;
import io.bascule.imagebuilder.reproduce.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code build --verify-reproducible}: builds a release once more, in a process in other surroundings, and compares. */
final class SecondBuild {
    /** No version has an underscore, so this is no release's name. */
    private static final String KEPT = "_again";

    /** Far enough for another day, month and year. */
    private static final Duration SHIFT = Duration.ofDays(-400);

    /** Registries are asked over HTTPS by our own process, whose clock this is, and their certificates are months old at most. */
    private static final Duration SHIFT_FOR_REGISTRIES = Duration.ofHours(-6);

    /** Options that the second build has with other values, or not at all. */
    private static final List<String> OWN = List.of(
            "--out", "--cache", "--jobs", "--verify-reproducible", "--json", "--expires", "--valid-for", "--engine");

    private final BuildRequest request;
    private final String board;
    private final Terminal terminal;

    private SecondBuild(BuildRequest request, String board, Terminal terminal) {
        this.request = request;
        this.board = board;
        this.terminal = terminal;
    }

    /**
     * What came out.
     *
     * @param varied what was different around the second build, in words
     * @param missing what could not be made different, and why; empty if all was
     * @param differences the first of each file; none if the release is reproducible
     * @param kept where the second release is; absent if both are the same
     */
    record Result(List<String> varied, String missing, List<Difference> differences, Optional<Path> kept) {
        boolean same() {
            return differences.isEmpty();
        }

        ObjectNode toJson() {
            var json = new ObjectMapper().createObjectNode().put("same", same()).put("notVaried", missing);
            varied.forEach(json.putArray("varied")::add);
            kept.ifPresent(folder -> json.put("second", folder.toString()));
            var list = json.putArray("differences");
            for (var difference : differences) {
                var entry = list.addObject()
                        .put("file", difference.file())
                        .put("offset", difference.offset())
                        .put("problem", difference.problem());
                var owners = entry.putArray("owners");
                for (var owner : difference.owners()) {
                    owners.addObject()
                            .put("kind", owner.kind().name())
                            .put("name", owner.name())
                            .put("offset", owner.offset())
                            .put("length", owner.length());
                }
            }
            return json;
        }

        void print(Terminal terminal) {
            if (!missing.isEmpty()) {
                terminal.say("not varied: " + missing);
            }
            if (same()) {
                terminal.say("reproducible: built again with " + String.join(", ", varied) + ": the same bytes");
                return;
            }
            terminal.say("NOT REPRODUCIBLE: built again with " + String.join(", ", varied) + ", and different:");
            differences.forEach(difference -> terminal.say("  " + difference.describe()));
            terminal.say("  The first line is the place to look at, others follow from it. The second release is in "
                    + kept.map(Path::toString).orElse(""));
            if (differences.getFirst().file().equals(ReleaseFiles.PACKAGES_JSON)) {
                terminal.say("  The mirror had other packages the second time: that is no fault of the build.");
            }
        }
    }

    /** Complains if there is something already where a second release that is different would be kept. */
    static void checkFree(BuildRequest request) throws CliFailure, BuildException, IOException {
        var kept = kept(request, BoardReader.read(request.board()).name());
        if (Files.exists(kept, LinkOption.NOFOLLOW_LINKS)) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT,
                    "there is a second release at " + kept + " already, which an earlier --verify-reproducible left",
                    "remove it when it has been looked at");
        }
    }

    private static Path kept(BuildRequest request, String board) {
        return request.output().resolve(board).resolve(request.version() + KEPT);
    }

    /**
     * Builds again what {@code first} is, and compares.
     *
     * @param commandLine what the first build was called with
     */
    static Result run(BuildRequest request, ReleaseFiles first, ParseResult commandLine, Terminal terminal)
            throws CliFailure, BuildException, IOException, InterruptedException {
        return new SecondBuild(request, first.board(), terminal).run(first, commandLine);
    }

    private Result run(ReleaseFiles first, ParseResult commandLine)
            throws CliFailure, BuildException, IOException, InterruptedException {
        var parent = first.folder().toAbsolutePath().resolveSibling(".");
        try (var folder = TemporaryFolder.in(parent.normalize(), "." + request.version() + KEPT)) {
            var clock = clock();
            var surroundings = Surroundings.unlikeThese(request.threads(), clock, folder.path());
            terminal.say("building it again: " + String.join(", ", surroundings.varied()));
            build(surroundings, arguments(commandLine, surroundings));
            var second = new ReleaseFiles(
                    surroundings.outputFolder().resolve(board).resolve(request.version()), board, request.version());
            terminal.step("compare");
            var differences = ReleaseComparison.between(first, second, terminal::doing);
            terminal.result(differences.isEmpty() ? "the same" : differences.size() + " files differ");
            Optional<Path> kept = Optional.empty();
            if (!differences.isEmpty()) {
                kept = Optional.of(kept(request, board));
                Files.move(second.folder(), kept.get());
            }
            return new Result(
                    surroundings.varied(),
                    clock.isPresent() ? "" : "the clock, because libfaketime is not installed (./bascule doctor)",
                    differences,
                    kept);
        }
    }

    private Optional<Surroundings.Clock> clock() throws BuildException, IOException {
        var library = HostTool.FAKETIME.path();
        if (library.isEmpty()) {
            return Optional.empty();
        }
        var registries =
                BoardReader.read(request.board()).sources().stream().anyMatch(Source.Registry.class::isInstance);
        return Optional.of(new Surroundings.Clock(library.get(), registries ? SHIFT_FOR_REGISTRIES : SHIFT));
    }

    private void build(Surroundings surroundings, List<String> arguments)
            throws CliFailure, IOException, InterruptedException {
        for (var needed :
                List.of(surroundings.workingFolder(), surroundings.cacheFolder(), surroundings.temporaryFolder())) {
            Files.createDirectories(needed);
        }
        EngineRuntime.share(request.cache(), surroundings.cacheFolder());
        var builder = surroundings.process(Bascule.class.getName(), arguments);
        builder.environment()
                .put("SOURCE_DATE_EPOCH", Long.toString(request.buildTime().getEpochSecond()));
        builder.environment().put("BASCULE_HOME", Workspace.home().toString());
        var process = builder.redirectInput(
                        ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var stop = new Thread(process::destroy, "stop the second build");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            var status = process.waitFor();
            if (status != 0) {
                throw new CliFailure(
                        Stream.of(ExitCode.values())
                                .filter(code -> code.number() == status)
                                .findFirst()
                                .orElse(ExitCode.INTERNAL),
                        "the first build succeeded, and the second, in other surroundings, ended with status " + status,
                        "what it said is above; the first release is complete and stays");
            }
        } finally {
            process.destroy();
            try {
                Runtime.getRuntime().removeShutdownHook(stop);
            } catch (IllegalStateException e) {
                // The shutdown has begun.
            }
        }
    }

    /** {@return the same call for the second build: all options that are not its own as they were given, paths made absolute} */
    private List<String> arguments(ParseResult commandLine, Surroundings surroundings) {
        var arguments = new ArrayList<>(List.of("build"));
        for (var option : commandLine.matchedOptions()) {
            if (!OWN.contains(option.longestName())) {
                add(option, arguments);
            }
        }
        arguments.addAll(List.of(
                "--out=" + surroundings.outputFolder(),
                "--cache=" + surroundings.cacheFolder(),
                "--jobs=" + surroundings.cores()));
        request.engine().ifPresent(engine -> arguments.add("--engine=" + engine.toAbsolutePath()));
        // As a date, because the time from now on would be another one.
        request.signing().ifPresent(signing -> arguments.add("--expires=" + signing.expires()));
        arguments.add(request.board().toAbsolutePath().toString());
        return arguments;
    }

    private static void add(OptionSpec option, List<String> arguments) {
        if (option.arity().max() == 0) {
            arguments.add(option.longestName());
            return;
        }
        for (var value : values(option)) {
            arguments.add(option.longestName() + "=" + value);
        }
    }

    private static List<String> values(ArgSpec option) {
        @Nullable Object value = option.getValue();
        return switch (value) {
            case Path path -> List.of(path.toAbsolutePath().toString());
            case List<?> list ->
                list.stream()
                        .map(item -> item instanceof Path path
                                ? path.toAbsolutePath().toString()
                                : String.valueOf(item))
                        .toList();
            case null -> List.of();
            default -> List.of(value.toString());
        };
    }
}
