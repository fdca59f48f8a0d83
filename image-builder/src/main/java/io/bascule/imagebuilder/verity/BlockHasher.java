package io.bascule.imagebuilder.verity;

import io.bascule.partitionlayout.BlockDevice;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Hashes the blocks of a device on several threads. Each reads a batch, hashes it while it is in the processor's cache,
 * and hands the digests on; reading and handing on are done by one thread at a time.
 */
final class BlockHasher implements Closeable {
    /** Data of one hash block: 512 KiB. */
    private static final int BATCH_BLOCKS = VerityFormat.DIGESTS_PER_BLOCK;

    /** Takes digests. */
    @FunctionalInterface
    interface Sink {
        /**
         * Batches come in any order, one at a time.
         *
         * @param firstBlock whose digest comes first, a multiple of {@link VerityFormat#DIGESTS_PER_BLOCK}
         * @param digests one after the other; used again afterwards
         */
        void accept(long firstBlock, ByteBuffer digests) throws IOException;
    }

    private final VeritySalt salt;
    private final int threads;
    private final ExecutorService pool;

    BlockHasher(VeritySalt salt, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread is needed, not " + threads);
        }
        this.salt = salt;
        this.threads = threads;
        this.pool = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("verity-", 0).factory());
    }

    /** Gives the digests of all blocks of {@code source} to {@code sink}. */
    void hash(BlockDevice source, Sink sink) throws IOException {
        var work = new Work(source, sink);
        try {
            for (var worker : pool.invokeAll(Collections.nCopies(threads, work))) {
                worker.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while blocks were hashed").initCause(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** What the threads share: each is a worker that goes on until nothing is left, or one of them fails. */
    private final class Work implements Callable<Void> {
        private final BlockDevice source;
        private final Sink sink;
        private final long blocks;
        private long next;

        Work(BlockDevice source, Sink sink) {
            this.source = source;
            this.sink = sink;
            this.blocks = source.size().bytes() / VerityFormat.BLOCK;
        }

        @Override
        public Void call() throws IOException, DigestException {
            var digest = sha256();
            var data = ByteBuffer.allocate(BATCH_BLOCKS * VerityFormat.BLOCK);
            var digests = ByteBuffer.allocate(BATCH_BLOCKS * VerityFormat.DIGEST_SIZE);
            for (var first = take(data); data.hasRemaining(); first = take(data)) {
                digests.clear();
                for (var at = 0; at < data.limit(); at += VerityFormat.BLOCK) {
                    salt.update(digest);
                    digest.update(data.array(), at, VerityFormat.BLOCK);
                    digest.digest(digests.array(), digests.position(), VerityFormat.DIGEST_SIZE);
                    digests.position(digests.position() + VerityFormat.DIGEST_SIZE);
                }
                hand(first, digests.flip());
            }
            return null;
        }

        /** {@return the first block of the batch that is in {@code data} now}; if nothing is left, it is empty */
        private synchronized long take(ByteBuffer data) throws IOException {
            var first = next;
            var count = Math.min(BATCH_BLOCKS, blocks - first);
            next += count;
            data.clear().limit((int) count * VerityFormat.BLOCK);
            try {
                source.read(first * VerityFormat.BLOCK, data);
            } catch (IOException | RuntimeException e) {
                next = blocks;
                throw e;
            }
            data.flip();
            return first;
        }

        private synchronized void hand(long first, ByteBuffer digests) throws IOException {
            try {
                sink.accept(first, digests);
            } catch (IOException | RuntimeException e) {
                next = blocks;
                throw e;
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance(VerityFormat.JAVA_ALGORITHM);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
        pool.close();
    }
}
