package io.bascule.updateengine;

import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Only one engine at a time changes a host. The kernel lets the lock go when the process ends, however that happens. */
final class EngineLock implements Closeable {
    private final FileChannel channel;

    private EngineLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @param folder that does not outlive a boot
     * @throws EngineException if another engine has it
     */
    static EngineLock take(Path folder) throws IOException {
        Files.createDirectories(folder);
        var channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new EngineLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            // This very process has it: the same answer.
        }
        channel.close();
        throw new EngineException(
                Problem.BUSY,
                "another update-engine is at work on this host",
                "wait for it to end; `update-engine status` shows how far it is");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
