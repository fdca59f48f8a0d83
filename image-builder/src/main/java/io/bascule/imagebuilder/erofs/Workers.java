package io.bascule.imagebuilder.erofs;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A fixed number of threads, and the failures of their tasks as the caller wants them. */
final class Workers implements Closeable {
    private final int count;
    private final ThreadPoolExecutor pool;

    Workers(int count) {
        this.count = count;
        var threads = Thread.ofPlatform().daemon().name("erofs-", 0).factory();
        this.pool = new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    }

    int count() {
        return count;
    }

    <T> Future<T> submit(Callable<T> task) {
        return pool.submit(task);
    }

    static <T> T await(Future<T> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while an image was made").initCause(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw new IOException(failure.getMessage(), failure);
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Gives up tasks that have not begun and waits for the others. */
    @Override
    public void close() {
        // Not by interrupting: that would close a file channel that a task reads and others share.
        pool.getQueue().clear();
        pool.close();
    }
}
