package io.bascule.imagebuilder.verity;

import io.bascule.partitionlayout.BlockDevice;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Hashes the blocks of a device on several threads. This thread reads, and hands on the digests in the order of the
 * blocks; a few batches are under way at a time.
 */
final class BlockHasher implements Closeable {
    /** Data of four hash blocks: 2 MiB. */
    private static final int BATCH_BLOCKS = 4 * VerityFormat.DIGESTS_PER_BLOCK;

    private static final int BATCHES_PER_THREAD = 2;

    /** Takes digests. */
    @FunctionalInterface
    interface Sink {
        /**
         * @param firstBlock whose digest comes first, a multiple of {@link VerityFormat#DIGESTS_PER_BLOCK}
         * @param digests one after the other
         */
        void accept(long firstBlock, ByteBuffer digests) throws IOException;
    }

    private record Batch(long firstBlock, Future<ByteBuffer> digests) {}

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
        var blocks = source.size().bytes() / VerityFormat.BLOCK;
        var underWay = new ArrayDeque<Batch>();
        for (var at = 0L; at < blocks; at += BATCH_BLOCKS) {
            if (underWay.size() == BATCHES_PER_THREAD * threads) {
                deliver(underWay.remove(), sink);
            }
            var count = (int) Math.min(BATCH_BLOCKS, blocks - at);
            var data = ByteBuffer.allocate(count * VerityFormat.BLOCK);
            source.read(at * VerityFormat.BLOCK, data);
            underWay.add(new Batch(at, pool.submit(() -> digests(data.array()))));
        }
        while (!underWay.isEmpty()) {
            deliver(underWay.remove(), sink);
        }
    }

    private static void deliver(Batch batch, Sink sink) throws IOException {
        try {
            sink.accept(batch.firstBlock(), batch.digests().get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while blocks were hashed").initCause(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private ByteBuffer digests(byte[] data) {
        var digest = sha256();
        var digests = ByteBuffer.allocate(data.length / VerityFormat.BLOCK * VerityFormat.DIGEST_SIZE);
        for (var at = 0; at < data.length; at += VerityFormat.BLOCK) {
            salt.update(digest);
            digest.update(data, at, VerityFormat.BLOCK);
            digests.put(digest.digest());
        }
        return digests.flip();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance(VerityFormat.JAVA_ALGORITHM);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Gives up batches that have not begun and waits for the others. */
    @Override
    public void close() {
        pool.shutdownNow();
        pool.close();
    }
}
