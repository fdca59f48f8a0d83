package io.bascule.imagebuilder.source;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A tree of Debian packages, by {@code mmdebstrap}: the one program that runs before everything is ours. */
public final class Mmdebstrap {
    /** What no host needs: the image is read-only and its manuals are on the release engineer's machine. */
    private static final List<String> LEFT_OUT = List.of(
            "/usr/share/doc/*",
            "/usr/share/man/*",
            "/usr/share/info/*",
            "/usr/share/locale/*",
            "/usr/share/i18n/*",
            "/usr/share/lintian/*",
            "/usr/share/linda/*");

    /** Licences ask that they come with what they are of, and the SBOM reads them. */
    private static final String KEPT = "/usr/share/doc/*/copyright";

    private static final Pattern UNKNOWN_PACKAGE =
            Pattern.compile("^E: Unable to locate package (\\S+)", Pattern.MULTILINE);
    private static final Pattern VIRTUAL_PACKAGE =
            Pattern.compile("^E: Package '?([^' ]+)'? has no installation candidate", Pattern.MULTILINE);

    /** Not those that only say that something failed before. */
    private static final Pattern APT_ERROR =
            Pattern.compile("^[EW]: (?!apt-get update|mmdebstrap failed|Some index files)");

    /** What shells and setsid end with when there is no such program. */
    private static final int COMMAND_NOT_FOUND = 127;

    private static final int TAIL_LINES = 12;
    private static final int SNAPSHOT_BUFFER = 1 << 20;

    private Mmdebstrap() {}

    /** What to be told while it works: the steps of mmdebstrap in its own words, and bytes that have come out. */
    public interface Listener {
        void step(String what);

        void bytes(long count);
    }

    /**
     * Installs the packages of a board, and puts the files over those of {@code tree}.
     *
     * @param order which packages, and where from
     * @param snapshot the tree as a tar: read if it is there, else written, and under its name only when it is whole
     * @param sourceDateEpoch time of every file that the installation makes, in seconds since 1970
     * @throws BuildException in the words of a release engineer, if mmdebstrap is missing or fails
     */
    public static void install(
            PackageOrder order,
            Optional<Path> snapshot,
            long sourceDateEpoch,
            Spool spool,
            FileTree tree,
            Listener listener)
            throws BuildException, IOException, InterruptedException {
        if (snapshot.isPresent() && Files.exists(snapshot.get())) {
            read(snapshot.get(), spool, tree, listener);
            return;
        }
        var builder = new ProcessBuilder(command(order));
        builder.environment().put("SOURCE_DATE_EPOCH", Long.toString(sourceDateEpoch));
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        // Debian's kernel hooks make no initrd then; ours is made from the tree.
        builder.environment().put("INITRD", "No");
        if (builder.environment().containsKey("FAKETIME")) {
            // With another clock apt would take the mirror's signatures for too new or too old.
            builder.environment().remove("LD_PRELOAD");
        }
        Optional<MalformedFormatException> malformed = Optional.empty();
        try (var copy = TarSnapshot.create(snapshot);
                var installation = Installation.start(builder, listener)) {
            try {
                var output = copy.copying(installation.output());
                TarReader.read(output, spool, tree, listener::bytes);
                output.transferTo(OutputStream.nullOutputStream());
            } catch (MalformedFormatException e) {
                // Most likely because mmdebstrap died, and then its own words say more.
                malformed = Optional.of(e);
            }
            var status = installation.awaitEnd();
            if (status != 0 || malformed.isPresent()) {
                throw explain(status, installation.messages(), order.board(), order.mirrors(), malformed);
            }
            copy.publish();
        }
    }

    /**
     * {@return everything that decides about the tree of an installation} Absent if it is not certain what the mirrors have.
     *
     * @param sourceDateEpoch as of {@link #install}
     */
    public static Optional<String> identity(PackageOrder order, long sourceDateEpoch) throws InterruptedException {
        var state = MirrorState.read(order.mirrors(), debian(order.board()).suite(), order.keyring(), Instant.now());
        return state.isEmpty() ? Optional.empty() : identity(order, state.get(), sourceDateEpoch);
    }

    /** {@return the same for the packages of a lock} They lie somewhere else each time. */
    public static Optional<String> lockedIdentity(Board board, String packages, long sourceDateEpoch)
            throws InterruptedException {
        var anywhere = new AptMirrors(URI.create("file:/"), Optional.empty());
        return identity(PackageOrder.ofLock(board, anywhere), packages, sourceDateEpoch);
    }

    private static Optional<String> identity(PackageOrder order, String state, long sourceDateEpoch)
            throws InterruptedException {
        var version = version();
        return version.isEmpty()
                ? Optional.empty()
                : Optional.of(version + state + "\n" + String.join("\n", command(order)) + "\n" + sourceDateEpoch);
    }

    private static String version() throws InterruptedException {
        try {
            var process = new ProcessBuilder("mmdebstrap", "--version").start();
            process.getOutputStream().close();
            var version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? version : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Reads the tree of an installation that was kept. */
    public static void read(Path snapshot, Spool spool, FileTree tree, Listener listener)
            throws BuildException, IOException {
        listener.step("reading " + snapshot);
        try (var in = new BufferedInputStream(Files.newInputStream(snapshot), SNAPSHOT_BUFFER)) {
            TarReader.read(in, spool, tree, listener::bytes);
        } catch (MalformedFormatException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    snapshot + " is not a tree of packages: " + e.getMessage(),
                    "delete it, and it is made again",
                    e);
        }
    }

    private static List<String> command(PackageOrder order) {
        var command = new ArrayList<>(List.of(
                // In a process group of its own: when mmdebstrap fails it sends SIGHUP to all of its group.
                "setsid",
                "mmdebstrap",
                "--variant=minbase",
                "--format=tar",
                "--aptopt=APT::Install-Recommends \"false\"",
                "--aptopt=Acquire::Languages \"none\"",
                "--aptopt=Acquire::Retries \"2\"",
                "--aptopt=Acquire::http::Timeout \"30\"",
                "--aptopt=Acquire::https::Timeout \"30\""));
        for (var path : LEFT_OUT) {
            command.add("--dpkgopt=path-exclude=" + path);
        }
        // After what it is an exception from: the last pattern that matches counts.
        command.add("--dpkgopt=path-include=" + KEPT);
        order.keyring().ifPresent(file -> command.add("--keyring=" + file.toAbsolutePath()));
        if (order.kept().isPresent()) {
            // Hooks of mmdebstrap's own, which run outside of its user namespace: the files belong to who builds.
            command.add("--skip=essential/unlink");
            command.add("--customize-hook=sync-out /var/cache/apt/archives " + word(order.archives()));
            command.add("--customize-hook=sync-out /var/lib/apt/lists " + word(order.lists()));
        }
        command.add("--include=" + String.join(",", order.names()));
        command.add(debian(order.board()).suite());
        command.add("-");
        command.addAll(order.sourcesList());
        return command;
    }

    /** For mmdebstrap, which reads the words of its own hooks like a shell. */
    private static String word(Path path) {
        return "'" + path.toAbsolutePath().toString().replace("'", "'\\''") + "'";
    }

    private static Board.Debian debian(Board board) {
        return board.debian().orElseThrow();
    }

    static BuildException explain(
            int status,
            List<String> log,
            Board board,
            AptMirrors mirrors,
            Optional<MalformedFormatException> malformed) {
        var text = String.join("\n", log);
        if (status == COMMAND_NOT_FOUND) {
            return new BuildException(
                    BuildException.Kind.MISSING_TOOL, "mmdebstrap is not installed", "run ./bascule doctor --install");
        }
        var file = board.origin("debian.packages");
        var suite = debian(board).suite();
        var unknown = found(UNKNOWN_PACKAGE, text);
        if (!unknown.isEmpty()) {
            return BuildException.badInput(
                    board.origin(unknown.getFirst()) + ": debian.packages: Debian " + suite + " has no package '"
                            + String.join("' and no '", unknown) + "'",
                    "search for the right name with `apt-cache search WORD`");
        }
        var virtual = found(VIRTUAL_PACKAGE, text);
        if (!virtual.isEmpty()) {
            return BuildException.badInput(
                    board.origin(virtual.getFirst()) + ": debian.packages: '" + virtual.getFirst()
                            + "' cannot be installed from Debian " + suite
                            + ": it is a virtual package, or one that other packages only mention",
                    "name a package that provides it; `apt-cache showpkg NAME` lists them");
        }
        if (text.contains("The following packages have unmet dependencies:")) {
            return BuildException.badInput(
                    file + ": debian.packages: these packages cannot be installed together:\n" + conflict(log),
                    "leave out one of those that the lines above name");
        }
        // Before "mirror does not answer": apt then says that it failed to fetch, too.
        if (text.contains("No space left on device")) {
            return new BuildException(
                    BuildException.Kind.IO,
                    "the disk is full: mmdebstrap works in "
                            + System.getenv().getOrDefault("TMPDIR", System.getProperty("java.io.tmpdir")),
                    "free some space, or set TMPDIR to a folder with 2 GB");
        }
        if (text.contains("NO_PUBKEY") || text.contains("is not signed") || text.contains("EXPKEYSIG")) {
            return BuildException.badInput(
                    "the mirror " + mirrors.main() + " is not signed by the keys given:\n" + errors(log),
                    "give the right keys with --keyring, or install debian-archive-keyring");
        }
        if (text.contains("does not have a Release file")) {
            return BuildException.badInput(
                    "the mirror " + mirrors.main() + " does not have Debian " + suite + ":\n" + errors(log),
                    "check debian.suite in " + board.origin("debian.suite") + ", or name another mirror with --mirror");
        }
        if (text.contains("E: Failed to fetch")) {
            return new BuildException(
                    BuildException.Kind.IO,
                    "the mirror " + mirrors.main() + " does not answer as it should:\n" + errors(log),
                    "try again, or name another mirror with --mirror");
        }
        return new BuildException(
                BuildException.Kind.MISSING_TOOL,
                "mmdebstrap ended with status " + status
                        + malformed
                                .map(e -> " and its output is broken: " + e.getMessage())
                                .orElse("") + "\n"
                        + tail(log),
                "the lines above are its last ones");
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .distinct()
                .toList();
    }

    /** {@return what apt says between the list of conflicts and its own end} */
    private static String conflict(List<String> log) {
        return quoted(log.stream()
                .dropWhile(line -> !line.startsWith("The following packages have unmet dependencies:"))
                .skip(1)
                .takeWhile(line -> line.startsWith(" "))
                .limit(TAIL_LINES));
    }

    private static String errors(List<String> log) {
        return quoted(log.stream().filter(APT_ERROR.asPredicate()).distinct().limit(TAIL_LINES));
    }

    private static String tail(List<String> log) {
        return quoted(log.stream().skip(Math.max(0, log.size() - TAIL_LINES)));
    }

    private static String quoted(Stream<String> lines) {
        return lines.map(line -> "  | " + line).collect(Collectors.joining("\n"));
    }
}
