package io.bascule.imagebuilder.output;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Work on several threads whose results come in the order in which it was given, a few pieces being under way at a time:
 * so the number of threads changes neither bytes nor, much, memory.
 *
 * @param <T> the results
 */
final class OrderedWork<T> implements Closeable {
    private static final int PIECES_PER_THREAD = 2;

    private final int limit;
    private final Sink<T> sink;
    private final ExecutorService pool;
    private final ArrayDeque<Future<T>> underWay = new ArrayDeque<>();

    /** Takes results, on the thread that gives the work. */
    @FunctionalInterface
    interface Sink<T> {
        void accept(T result) throws IOException;
    }

    OrderedWork(int threads, Sink<T> sink) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread is needed, not " + threads);
        }
        this.limit = PIECES_PER_THREAD * threads;
        this.sink = sink;
        this.pool = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("output-", 0).factory());
    }

    void add(Callable<T> work) throws IOException {
        makeRoom();
        underWay.add(pool.submit(work));
    }

    /** Adds a result that needs no work, at its place in the order. */
    void addDone(T result) throws IOException {
        makeRoom();
        underWay.add(CompletableFuture.completedFuture(result));
    }

    /** Waits for all that was added. */
    void finish() throws IOException {
        while (!underWay.isEmpty()) {
            deliver();
        }
    }

    private void makeRoom() throws IOException {
        if (underWay.size() == limit) {
            deliver();
        }
    }

    private void deliver() throws IOException {
        try {
            sink.accept(underWay.remove().get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while an image was written").initCause(e);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Gives up what has not begun and waits for the rest. */
    @Override
    public void close() {
        pool.shutdownNow();
        pool.close();
    }
}
