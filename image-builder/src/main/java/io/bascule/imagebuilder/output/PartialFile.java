package io.bascule.imagebuilder.output;

import io.bascule.imagebuilder.BuildException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file on its way: it gets its name in one rename, when all of it is durable, or goes without a trace. */
final class PartialFile implements Closeable {
    private final Path target;
    private final Path partial;
    private final boolean replace;
    private final FileChannel channel;
    private final Thread cleanup = new Thread(this::deleteQuietly, "delete the unfinished file");

    private PartialFile(Path target, Path partial, boolean replace, FileChannel channel) {
        this.target = target;
        this.partial = partial;
        this.replace = replace;
        this.channel = channel;
        Runtime.getRuntime().addShutdownHook(cleanup);
    }

    /**
     * @param replace whether there may be a file of that name
     * @throws BuildException if there is one, or no folder for it
     */
    static PartialFile forTarget(Path target, boolean replace) throws BuildException, IOException {
        var parent = target.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw BuildException.badInput("there is no folder for " + target, "make the folder, or choose another");
        }
        checkFree(target, replace);
        // Another process that writes the same file has a name of its own; the last one to be complete counts.
        var partial = Files.createTempFile(parent, "." + target.getFileName() + ".", ".partial");
        Files.delete(partial);
        var channel = FileChannel.open(
                partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE);
        return new PartialFile(target, partial, replace, channel);
    }

    private static void checkFree(Path target, boolean replace) throws BuildException {
        if (Files.isDirectory(target) || (!replace && Files.exists(target, LinkOption.NOFOLLOW_LINKS))) {
            throw BuildException.badInput(
                    "there is " + (Files.isDirectory(target) ? "a folder " : "a file ") + target + " already",
                    "remove it, choose another name, or give --force");
        }
    }

    FileChannel channel() {
        return channel;
    }

    void publish() throws BuildException, IOException {
        channel.force(true);
        channel.close();
        checkFree(target, replace);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        try (var folder = FileChannel.open(partial.resolveSibling("."), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(cleanup);
        } catch (IllegalStateException e) {
            // The shutdown has begun, and the hook does what is left.
        }
        channel.close();
        Files.deleteIfExists(partial);
    }

    private void deleteQuietly() {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            // It says by its name that it is not complete.
        }
    }
}
