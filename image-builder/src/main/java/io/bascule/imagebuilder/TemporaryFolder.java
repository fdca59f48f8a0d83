package io.bascule.imagebuilder;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that goes when it is closed, and when the program is ended before. */
public final class TemporaryFolder implements Closeable {
    private final Path path;
    private final Thread atExit = new Thread(this::deleteQuietly, "delete a temporary folder");

    private TemporaryFolder(Path path) {
        this.path = path;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Makes one in the system's folder for such. */
    public static TemporaryFolder create(String prefix) throws IOException {
        return new TemporaryFolder(Files.createTempDirectory(prefix));
    }

    /** Makes one in {@code parent}, which is made, too. */
    public static TemporaryFolder in(Path parent, String prefix) throws IOException {
        return new TemporaryFolder(Files.createTempDirectory(Files.createDirectories(parent), prefix));
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The shutdown has begun, and the hook does what is left.
        }
        Folders.delete(path);
    }

    private void deleteQuietly() {
        try {
            Folders.delete(path);
        } catch (IOException e) {
            // Nothing that counts is in it.
        }
    }
}
