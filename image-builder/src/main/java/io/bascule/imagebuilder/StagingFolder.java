package io.bascule.imagebuilder;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The folder that a release is built in. It gets its final name in one rename, when everything in it is durable; a build
 * that fails or is interrupted leaves nothing under the final name, and its remains go with the next build.
 */
final class StagingFolder implements Closeable {
    /** Builds in this process; a lock on a file only keeps other processes away. */
    private static final Set<Path> RUNNING = ConcurrentHashMap.newKeySet();

    private final Path staging;
    private final Path target;
    private final Path lockFile;
    private final FileChannel lock;
    private final Thread cleanup = new Thread(this::deleteQuietly, "delete the unfinished release");

    private StagingFolder(Path staging, Path target, Path lockFile, FileChannel lock) {
        this.staging = staging;
        this.target = target;
        this.lockFile = lockFile;
        this.lock = lock;
        Runtime.getRuntime().addShutdownHook(cleanup);
    }

    /** Complains if there is something at {@code target} already. */
    static void checkFree(Path target) throws BuildException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw BuildException.badInput(
                    "there is a release at " + target + " already",
                    "remove it, or choose another --version or --out; releases are never changed");
        }
    }

    static StagingFolder forTarget(Path target) throws BuildException, IOException {
        checkFree(target);
        var parent = target.toAbsolutePath().getParent();
        if (parent == null) {
            throw BuildException.badInput("a release cannot be built at " + target, "choose another --out");
        }
        Files.createDirectories(parent);
        var lockFile = parent.toRealPath().resolve("." + target.getFileName() + ".lock");
        if (!RUNNING.add(lockFile)) {
            throw busy(target);
        }
        try {
            var lock = lock(lockFile, target);
            try {
                // Another build may have ended since the first look.
                checkFree(target);
                var staging = parent.resolve("." + target.getFileName() + ".partial");
                Folders.delete(staging);
                Files.createDirectory(staging);
                return new StagingFolder(staging, target, lockFile, lock);
            } catch (IOException | BuildException e) {
                Files.deleteIfExists(lockFile);
                lock.close();
                throw e;
            }
        } catch (IOException | BuildException e) {
            RUNNING.remove(lockFile);
            throw e;
        }
    }

    private static FileChannel lock(Path lockFile, Path target) throws BuildException, IOException {
        var lock = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        // The file is gone if the build that had it ended after we opened it: then the lock is on nothing.
        if (lock.tryLock() == null || !Files.exists(lockFile)) {
            lock.close();
            throw busy(target);
        }
        return lock;
    }

    private static BuildException busy(Path target) {
        return BuildException.badInput("another build of " + target + " is running", "wait for it to end");
    }

    Path path() {
        return staging;
    }

    /** Makes every file durable and gives the folder its final name. */
    void publish() throws IOException {
        try (var files = Files.list(staging)) {
            for (var file : files.toList()) {
                force(file);
            }
        }
        force(staging);
        Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
        force(lockFile.resolveSibling("."));
    }

    private static void force(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(cleanup);
        } catch (IllegalStateException e) {
            // The shutdown has begun, and the hook does what is left.
        }
        Folders.delete(staging);
        Files.deleteIfExists(lockFile);
        lock.close();
        RUNNING.remove(lockFile);
    }

    private void deleteQuietly() {
        try {
            Folders.delete(staging);
            Files.deleteIfExists(lockFile);
        } catch (IOException | UncheckedIOException e) {
            // The next build of this release deletes what is left.
        }
    }
}
