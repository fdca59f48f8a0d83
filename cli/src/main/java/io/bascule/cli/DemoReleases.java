package io.bascule.cli;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.BuildInputs;
import io.bascule.imagebuilder.BuildListener;
import io.bascule.imagebuilder.BuildRequest;
import io.bascule.imagebuilder.Folders;
import io.bascule.imagebuilder.ImageBuild;
import io.bascule.imagebuilder.ReleaseFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Releases for the demo and the scenarios: the last build of the same inputs is used again. */
public final class DemoReleases {
    private final Path folder;

    /** @param folder where the releases are kept, one folder for each set of inputs */
    public DemoReleases(Path folder) {
        this.folder = folder;
    }

    /** What {@link #get} gives: the release, and whether it had been built before. */
    public record Found(ReleaseFiles release, boolean reused) {}

    /**
     * {@return the release of {@code board} in {@code version}, built now if board, builder or time are not those of the
     * last build; what the mirror has today does not count}
     */
    public Found get(Path board, String version, BuildListener listener)
            throws BuildException, CliFailure, IOException, InterruptedException {
        var name = String.valueOf(board.getFileName());
        var time = Workspace.buildTime();
        var prefix = name + "-" + version + "-";
        var key = prefix + BuildInputs.digest(board, version, time).substring(0, 16);
        var target = folder.resolve(key);
        var release = new ReleaseFiles(target.resolve(name).resolve(version), name, version);
        if (Files.exists(release.checksums())) {
            return new Found(release, true);
        }
        deleteOthers(prefix);
        ImageBuild.run(
                new BuildRequest(
                        board,
                        version,
                        target,
                        Workspace.cache(),
                        Optional.empty(),
                        Optional.empty(),
                        time,
                        Runtime.getRuntime().availableProcessors(),
                        Optional.empty()),
                listener);
        return new Found(release, false);
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
