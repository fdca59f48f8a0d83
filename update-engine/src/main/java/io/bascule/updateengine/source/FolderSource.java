package io.bascule.updateengine.source;

import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A release folder on a disk of this host, or on a stick in it. */
final class FolderSource implements ReleaseSource {
    private final Path folder;

    FolderSource(Path folder) {
        this.folder = folder;
    }

    @Override
    public byte[] metadata() throws IOException {
        try (var in = Files.newInputStream(existing(METADATA))) {
            return in.readNBytes(MAX_METADATA + 1);
        }
    }

    @Override
    public InputStream open(String name, long size) throws IOException {
        var file = existing(name);
        if (Files.size(file) != size) {
            throw new EngineException(
                    Problem.MISMATCH,
                    file + " has " + Files.size(file) + " bytes, not the " + size + " it is signed to have",
                    "it was changed or copied in part: copy the release again");
        }
        return Files.newInputStream(file);
    }

    @Override
    public String name() {
        return folder.toString();
    }

    private Path existing(String name) throws EngineException {
        var file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new EngineException(
                    Problem.NETWORK,
                    "there is no " + file,
                    "give the folder of a release, the one with " + METADATA + " in it");
        }
        return file;
    }
}
