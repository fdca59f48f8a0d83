package io.bascule.updateengine.state;

import io.bascule.signing.MalformedDocumentException;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The file that the state lives in. It is replaced in one rename after its new content is durable, so that a power cut
 * leaves the old state or the new one.
 */
public final class StateStore {
    private static final String FILE = "state.json";
    private static final String TEMPORARY = "state.json.new";

    private final Path folder;

    /** @param folder on STATE, made by the first {@link #save} */
    public StateStore(Path folder) {
        this.folder = folder;
    }

    public Path file() {
        return folder.resolve(FILE);
    }

    /**
     * {@return the state as it was last saved}
     *
     * @throws EngineException if there is none, it is torn, or a newer engine wrote it
     */
    public EngineState load() throws IOException {
        try {
            return StateDocument.read(Files.readAllBytes(file()));
        } catch (NoSuchFileException e) {
            throw new EngineException(
                    Problem.STATE_MISSING,
                    "the engine's state is missing: there is no " + file(),
                    "the next boot makes it again from what is on the disk, and so does `update-engine repair`",
                    e);
        } catch (MalformedDocumentException e) {
            throw new EngineException(
                    Problem.STATE_TORN,
                    "the engine's state " + file() + " is torn: " + e.getMessage(),
                    "the next boot sets it aside and makes it again from what is on the disk, and so does `update-engine"
                            + " repair`",
                    e);
        }
    }

    /** Replaces the state; returns when the new one is durable. When this throws, the old one is still there. */
    public void save(EngineState state) throws IOException {
        Files.createDirectories(folder);
        var temporary = folder.resolve(TEMPORARY);
        var bytes = ByteBuffer.wrap(StateDocument.write(state).getBytes(StandardCharsets.UTF_8));
        try (var channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        Files.move(temporary, file(), StandardCopyOption.ATOMIC_MOVE);
        syncFolder();
    }

    /** Keeps a state that cannot be used under another name beside. {@return that name} */
    public Path setAside() throws IOException {
        var aside = folder.resolve(FILE + ".unusable");
        Files.move(file(), aside, StandardCopyOption.REPLACE_EXISTING);
        syncFolder();
        return aside;
    }

    private void syncFolder() throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
