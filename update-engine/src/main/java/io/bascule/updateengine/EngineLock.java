package io.bascule.updateengine;

import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Only one engine at a time changes a host. The kernel lets the lock go when the process ends, however that happens. */
final class EngineLock {
    private EngineLock() {}

    /** What is done with the lock. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Works with the lock held.
     *
     * @param folder that does not outlive a boot
     * @throws EngineException if another engine has it
     */
    static <T> T hold(Path folder, Work<T> work) throws IOException {
        Files.createDirectories(folder);
        try (var channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (tryLock(channel) == null) {
                throw new EngineException(
                        Problem.BUSY,
                        "another update-engine is at work on this host",
                        "wait for it to end; /run/bascule/progress.json shows how far an update is");
            }
            return work.run();
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // This very process has it.
            return null;
        }
    }
}
