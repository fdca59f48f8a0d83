package io.bascule.payload;

import io.bascule.signing.Sha256Digest;
import io.bascule.signing.Signer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Makes payloads. A full one has each partition in chunks of 2 MiB, each chunk as it is or in the smaller of two compressed
 * forms; a delta copies the blocks that are in an old content and patches others. The bytes depend on the partitions, the
 * maximum timestamp and the keys alone, not on the number of threads; with RSA keys they are always the same, ECDSA signatures
 * differ each time.
 */
public final class PayloadWriter {
    private final List<Signer> signers;
    private final Path spoolFolder;
    private final int threads;
    private final ChunkMemory memory;

    /** As the other one, and nothing is remembered. */
    public PayloadWriter(List<Signer> signers, Path spoolFolder, int threads) {
        this(signers, spoolFolder, threads, ChunkMemory.NONE);
    }

    /**
     * @param signers one or more; all sign
     * @param spoolFolder where the blobs wait for the manifest, which stands before them; about the payload's size
     * @param threads how many chunks to compress at a time, about 40 MiB of memory each
     * @param memory of earlier payloads
     */
    public PayloadWriter(List<Signer> signers, Path spoolFolder, int threads, ChunkMemory memory) {
        if (signers.isEmpty() || signers.size() > PayloadFormat.MAX_SIGNATURES) {
            throw new IllegalArgumentException(signers.size() + " signers, not 1 to " + PayloadFormat.MAX_SIGNATURES);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be positive: " + threads);
        }
        this.signers = List.copyOf(signers);
        this.spoolFolder = spoolFolder;
        this.threads = threads;
        this.memory = memory;
    }

    /** Hears how far writing is, from the thread that writes. */
    @FunctionalInterface
    public interface Progress {
        /**
         * A chunk has its final form.
         *
         * @param done bytes of the partitions' contents so far
         * @param total bytes of all contents
         */
        void chunks(long done, long total);
    }

    /** As {@link #write(List, OptionalLong, OutputStream, Progress)}, and nobody hears how far it is. */
    public PayloadManifest write(List<PartitionImage> partitions, OptionalLong maxTimestamp, OutputStream out)
            throws IOException {
        return write(partitions, maxTimestamp, out, (done, total) -> {});
    }

    /**
     * Writes a payload; {@code out} is not closed.
     *
     * @param maxTimestamp a host whose build is newer, in seconds since 1970, must not take it
     * @throws IllegalArgumentException if two partitions have one name, or the manifest would be larger than readers take
     */
    public PayloadManifest write(
            List<PartitionImage> partitions, OptionalLong maxTimestamp, OutputStream out, Progress progress)
            throws IOException {
        check(partitions);
        var spool = Files.createTempFile(spoolFolder, "payload-", ".blobs");
        try {
            return write(partitions, maxTimestamp, spool, out, progress);
        } finally {
            Files.deleteIfExists(spool);
        }
    }

    private PayloadManifest write(
            List<PartitionImage> partitions, OptionalLong maxTimestamp, Path spool, OutputStream out, Progress progress)
            throws IOException {
        var updates = new ArrayList<PartitionUpdate>();
        var total = partitions.stream()
                .mapToLong(partition -> partition.content().size().bytes())
                .sum();
        var contentDone = 0L;
        var dataEnd = 0L;
        try (var blobs = Files.newOutputStream(spool);
                var workers = Executors.newFixedThreadPool(threads)) {
            for (var partition : partitions) {
                var before = contentDone;
                var update = encode(partition, dataEnd, workers, blobs, done -> progress.chunks(before + done, total));
                contentDone += update.size().bytes();
                var last = update.operations().getLast();
                dataEnd = last.dataOffset() + last.dataLength();
                updates.add(update);
            }
        }
        checkCount(updates);
        var signatureSize = SignatureBlob.size(signers);
        var manifest = new PayloadManifest(dataEnd, signatureSize, maxTimestamp, updates);
        var manifestBytes = ManifestWriter.encode(manifest);
        if (manifestBytes.length > PayloadFormat.MAX_MANIFEST_SIZE) {
            throw new IllegalArgumentException("the manifest would have " + manifestBytes.length
                    + " bytes, more than the " + PayloadFormat.MAX_MANIFEST_SIZE + " that readers take");
        }
        var digest = Sha256Digest.newMessageDigest();
        var signed = new DigestOutputStream(out, digest);
        signed.write(new PayloadHeader(manifestBytes.length, signatureSize).encode());
        signed.write(manifestBytes);
        out.write(SignatureBlob.sign(Sha256Digest.soFar(digest), signers));
        Files.copy(spool, signed);
        out.write(SignatureBlob.sign(Sha256Digest.soFar(digest), signers));
        return manifest;
    }

    private static void check(List<PartitionImage> partitions) {
        var names = new HashSet<String>();
        var operations = 0L;
        for (var partition : partitions) {
            if (!names.add(partition.name())) {
                throw new IllegalArgumentException("two partitions are called '" + partition.name() + "'");
            }
            operations += Math.ceilDiv(partition.content().size().bytes(), (long) PartitionEncoder.CHUNK);
        }
        if (operations > PayloadFormat.MAX_OPERATIONS || names.size() > PayloadFormat.MAX_PARTITIONS) {
            throw new IllegalArgumentException(
                    names.size() + " partitions of together " + operations + " chunks are more than readers take");
        }
    }

    /** A delta of contents that were shuffled may have one for each block. */
    private static void checkCount(List<PartitionUpdate> updates) {
        var operations = 0L;
        var extents = 0L;
        for (var update : updates) {
            operations += update.operations().size();
            for (var operation : update.operations()) {
                extents += operation.destinations().size()
                        + operation
                                .source()
                                .map(source -> source.extents().size())
                                .orElse(0);
            }
        }
        if (operations > PayloadFormat.MAX_OPERATIONS || extents > PayloadFormat.MAX_EXTENTS) {
            throw new IllegalArgumentException("the old and the new contents have so little in common that "
                    + operations + " operations of " + extents + " extents would be needed, more than readers take");
        }
    }

    private PartitionUpdate encode(
            PartitionImage partition,
            long dataOffset,
            ExecutorService workers,
            OutputStream blobs,
            LongConsumer progress)
            throws IOException {
        var operations = new ArrayList<InstallOperation>();
        var pending = new ArrayDeque<Future<List<PartitionEncoder.Encoded>>>();
        var done = 0L;
        var tasks = new PartitionEncoder(partition, memory).tasks().iterator();
        while (tasks.hasNext() || !pending.isEmpty()) {
            if (tasks.hasNext() && pending.size() < 2 * threads) {
                pending.add(workers.submit(tasks.next()));
                continue;
            }
            for (var encoded : await(pending.remove())) {
                var blob = encoded.blob();
                blobs.write(blob);
                operations.add(new InstallOperation(
                        encoded.type(),
                        dataOffset,
                        blob.length,
                        Sha256Digest.ofContent(blob),
                        encoded.source(),
                        encoded.destinations()));
                dataOffset += blob.length;
                done += encoded.blocks() * PayloadFormat.BLOCK_SIZE;
                progress.accept(done);
            }
        }
        var old = partition.old().isPresent()
                ? Optional.of(new PartitionUpdate.OldContent(
                        partition.old().get().size(),
                        ContentHash.of(partition.old().get())))
                : Optional.<PartitionUpdate.OldContent>empty();
        return new PartitionUpdate(
                partition.name(), old, partition.content().size(), ContentHash.of(partition.content()), operations);
    }

    private static <T> T await(Future<T> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while a payload was made").initCause(e);
        } catch (ExecutionException e) {
            throw new IOException("a chunk could not be encoded: " + e.getCause(), e);
        }
    }
}
