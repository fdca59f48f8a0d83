package io.bascule.cli;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.BuildInputs;
import io.bascule.imagebuilder.BuildListener;
import io.bascule.imagebuilder.BuildRequest;
import io.bascule.imagebuilder.Folders;
import io.bascule.imagebuilder.ImageBuild;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.imagebuilder.ReleaseSigning;
import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.board.BoardReader;
import io.bascule.imagebuilder.source.AptMirrors;
import io.bascule.signing.DevelopmentKeys;
import io.bascule.signing.KeyAlgorithm;
import io.bascule.signing.KeyFile;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.release.ReleaseReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Releases for the demo and the scenarios, signed with a development key of their own: the last build of the same inputs
 * is used again, and boards with the same packages share one download.
 */
public final class DemoReleases {
    private static final String KEY_NAME = "demo";
    private static final Duration VALIDITY = Duration.ofDays(365);
    /** What is used again must outlast whatever it is used for. */
    private static final Duration LEAST_VALIDITY = Duration.ofDays(7);

    private static final int HASH_SHOWN = 16;

    private final Path folder;
    private final Path engine;

    /**
     * @param folder where keys, packages and releases are kept, the latter one folder for each set of inputs
     * @param engine the folder that the module update-engine is built into
     */
    public DemoReleases(Path folder, Path engine) {
        this.folder = folder;
        this.engine = engine;
    }

    /** What {@link #get} gives: the release, and whether it had been built before. */
    public record Found(ReleaseFiles release, boolean reused) {}

    /** {@return the folder above all releases} */
    public Path folder() {
        return folder;
    }

    /**
     * {@return the release of {@code board} in {@code version}, built now if board, builder, engine or time are not those
     * of the last build; what the mirror has today does not count}
     */
    public Found get(Path board, String version, BuildListener listener)
            throws BuildException, CliFailure, IOException, InterruptedException {
        return get(board, version, Optional.empty(), listener);
    }

    /**
     * As {@link #get(Path, String, BuildListener)}, as the release after another one.
     *
     * @param previous files that did not change keep their places, and hosts that have it get a delta
     */
    public Found get(Path board, String version, Optional<ReleaseFiles> previous, BuildListener listener)
            throws BuildException, CliFailure, IOException, InterruptedException {
        if (!Files.isDirectory(engine)) {
            throw new CliFailure(
                    ExitCode.MISSING_TOOL,
                    "the update engine is not built: there is no " + engine,
                    "run mvn -pl update-engine -am -DskipTests package");
        }
        var described = BoardReader.read(board);
        var time = Workspace.buildTime();
        var signing = signing();
        var prefix = board.getFileName() + "-" + version + "-";
        var inputs = BuildInputs.digest(board, version, time, Optional.of(engine), Optional.of(signing))
                + (previous.isPresent()
                        ? Sha256Digest.ofFile(previous.get().releaseJson()).toString()
                        : "");
        var name = Sha256Digest.ofContent(inputs.getBytes(StandardCharsets.US_ASCII));
        var target = folder.resolve(prefix + name.toString().substring(0, HASH_SHOWN));
        var release = new ReleaseFiles(target.resolve(described.name()).resolve(version), described.name(), version);
        if (Files.exists(release.checksums()) && lasts(release)) {
            return new Found(release, true);
        }
        deleteOthers(prefix);
        var before = previous.map(ReleaseFiles::folder).stream().toList();
        ImageBuild.run(
                new BuildRequest(
                        board,
                        version,
                        target,
                        Workspace.cache(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        packages(described, time),
                        Optional.of(engine),
                        time,
                        Runtime.getRuntime().availableProcessors(),
                        Optional.of(signing),
                        List.of(),
                        before,
                        before,
                        Optional.empty()),
                listener);
        return new Found(release, false);
    }

    /** {@return who signs the releases; the key is made when it is needed first} */
    public ReleaseSigning signing() throws BuildException, IOException {
        var keys = folder.resolve("keys");
        var key = keys.resolve(KEY_NAME + KeyFile.PRIVATE_SUFFIX);
        if (!Files.exists(key)) {
            DevelopmentKeys.create(keys, KEY_NAME, KeyAlgorithm.RSA_4096);
        }
        return ReleaseSigning.of(
                List.of(KeyFile.readSigner(key)),
                Files.readAllBytes(keys.resolve(DevelopmentKeys.KEYRING_FILE)),
                Instant.now().plus(VALIDITY));
    }

    /** {@return where the packages of all releases are kept, if the board has any} */
    private Optional<Path> packages(Board board, Instant time)
            throws BuildException, IOException, InterruptedException {
        if (board.debian().isEmpty()) {
            return Optional.empty();
        }
        var source = String.join(
                "\n",
                List.of(
                        board.debian().get().toString(),
                        time.toString(),
                        AptMirrors.ofThisMachine().toString()));
        var hash =
                Sha256Digest.ofContent(source.getBytes(StandardCharsets.UTF_8)).toString();
        return Optional.of(folder.resolve("packages").resolve(hash.substring(0, HASH_SHOWN) + ".tar"));
    }

    private static boolean lasts(ReleaseFiles release) throws IOException {
        return ReleaseReader.readUnverified(Files.readAllBytes(release.releaseJson()))
                .expires()
                .isAfter(Instant.now().plus(LEAST_VALIDITY));
    }

    private void deleteOthers(String prefix) throws IOException {
        if (Files.isDirectory(folder)) {
            try (var folders = Files.list(folder)) {
                for (var old : folders.filter(
                                path -> String.valueOf(path.getFileName()).startsWith(prefix))
                        .toList()) {
                    Folders.delete(old);
                }
            }
        }
    }
}
