package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.payload.bsdiff.BsdiffWriter;
import io.bascule.payload.recompress.RecompressWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Cuts a partition's content into operations, each to be encoded on its own: whole, in chunks of 2 MiB in the order of its
 * blocks, or as a delta.
 */
final class PartitionEncoder {
    /** As much as clients of all kinds hold in memory at a time. */
    static final int CHUNK = 2 << 20;

    /** New bytes that one patch makes: it is applied as a stream, but made in memory. */
    private static final int PATCH_CHUNK = 16 << 20;

    /** An old content up to this size is searched whole; it costs 13 bytes of heap a byte. */
    private static final long MAX_SEARCHED = 32 << 20;

    /** Of a larger one only what is at the same place, give or take so many blocks. */
    private static final long NEAR = 16;

    /** Blocks that are patched together because they are near each other's old ones. */
    private static final int NEAR_CHUNK = 4 << 20;

    /** Extents that one operation has on one side: their list is read before the first of them is written. */
    private static final int MAX_EXTENTS = 1024;

    /** Blocks that one operation copies, about 64 MiB: the host hashes them before it writes the first. */
    private static final int MAX_COPIED = 1 << 14;

    private final PartitionImage partition;
    private final ChunkMemory memory;
    private Optional<BsdiffWriter> patches = Optional.empty();

    PartitionEncoder(PartitionImage partition, ChunkMemory memory) {
        this.partition = partition;
        this.memory = memory;
    }

    /** An operation whose place in the payload is not known yet. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Encoded(OperationType type, byte[] blob, Optional<OperationSource> source, List<Extent> destinations) {
        long blocks() {
            return destinations.stream().mapToLong(Extent::blockCount).sum();
        }
    }

    /** {@return the operations, each made by a thread of its own} One task may make several. */
    List<Callable<List<Encoded>>> tasks() throws IOException {
        var tasks = new ArrayList<Callable<List<Encoded>>>();
        if (partition.old().isEmpty()) {
            var whole = new Extent(0, blocks(partition.content().size().bytes()));
            for (var chunk : Extents.split(List.of(whole), blocks(CHUNK), 1)) {
                tasks.add(() -> List.of(replace(chunk)));
            }
            return tasks;
        }
        var old = partition.old().get();
        var plan = DeltaPlan.of(old, partition.content());
        for (var batch : ResemblanceBatch.of(partition.resemblances(), plan)) {
            tasks.add(() -> recompressOrReplace(old, batch));
        }
        var searchedWhole = old.size().bytes() <= MAX_SEARCHED;
        for (var part : Extents.split(plan.changed(), blocks(searchedWhole ? PATCH_CHUNK : NEAR_CHUNK), MAX_EXTENTS)) {
            tasks.add(() -> searchedWhole ? patchOrReplace(old, part) : patchNearOrReplace(old, part));
        }
        for (var copy : plan.copies(MAX_COPIED, MAX_EXTENTS)) {
            tasks.add(() -> List.of(new Encoded(
                    OperationType.SOURCE_COPY,
                    new byte[0],
                    Optional.of(source(old, copy.sources())),
                    copy.destinations())));
        }
        for (var zeros : Extents.split(plan.zeros(), Long.MAX_VALUE, MAX_EXTENTS)) {
            tasks.add(() -> List.of(new Encoded(OperationType.ZERO, new byte[0], Optional.empty(), zeros)));
        }
        return tasks;
    }

    private List<Encoded> recompressOrReplace(BlockDevice old, ResemblanceBatch batch) throws IOException {
        var plain = replaceAll(batch.destinations());
        if (batch.sources().isEmpty()) {
            return plain;
        }
        var writer = new RecompressWriter(batch.encoder());
        for (var piece : batch.source()) {
            writer.addSource(read(old, List.of(piece.blocks())), piece.content());
        }
        for (var piece : batch.target()) {
            writer.addTarget(read(partition.content(), List.of(piece.blocks())), piece.content());
        }
        var blob = writer.finish();
        if (blob.isEmpty()) {
            return plain;
        }
        var source = source(old, batch.sources());
        return smaller(
                new Encoded(OperationType.RECOMPRESS, blob.get(), Optional.of(source), batch.destinations()), plain);
    }

    private List<Encoded> patchOrReplace(BlockDevice old, List<Extent> extents) throws IOException {
        var all = List.of(new Extent(0, blocks(old.size().bytes())));
        return patchOrReplace(patches(old), source(old, all), extents);
    }

    private List<Encoded> patchNearOrReplace(BlockDevice old, List<Extent> extents) throws IOException {
        var near = new Extents();
        var end = blocks(old.size().bytes());
        var next = 0L;
        for (var extent : extents) {
            var from = Math.max(next, extent.startBlock() - NEAR);
            next = Math.min(end, extent.end() + NEAR);
            if (from < next) {
                near.add(new Extent(from, next - from));
            }
        }
        if (near.count() == 0) {
            return replaceAll(extents);
        }
        var source = source(old, near.list());
        return patchOrReplace(new BsdiffWriter(read(old, source.extents())), source, extents);
    }

    private List<Encoded> patchOrReplace(BsdiffWriter patches, OperationSource source, List<Extent> extents)
            throws IOException {
        var plain = replaceAll(extents);
        var content = read(partition.content(), extents);
        if (!patches.mayHelp(content)) {
            return plain;
        }
        var patch = patches.patch(content);
        return smaller(new Encoded(OperationType.SOURCE_BSDIFF, patch, Optional.of(source), extents), plain);
    }

    private static List<Encoded> smaller(Encoded patch, List<Encoded> plain) {
        var size = patch.blob().length;
        var plainSize =
                plain.stream().mapToLong(encoded -> encoded.blob().length).sum();
        return size >= plainSize || size > PayloadFormat.MAX_BLOB_SIZE ? plain : List.of(patch);
    }

    private synchronized BsdiffWriter patches(BlockDevice old) throws IOException {
        if (patches.isEmpty()) {
            patches = Optional.of(new BsdiffWriter(
                    read(old, List.of(new Extent(0, blocks(old.size().bytes()))))));
        }
        return patches.get();
    }

    private List<Encoded> replaceAll(List<Extent> extents) throws IOException {
        var encoded = new ArrayList<Encoded>();
        for (var chunk : Extents.split(extents, blocks(CHUNK), MAX_EXTENTS)) {
            encoded.add(replace(chunk));
        }
        return encoded;
    }

    private Encoded replace(List<Extent> extents) throws IOException {
        var blob = BlobEncoder.encode(read(partition.content(), extents), memory);
        return new Encoded(blob.type(), blob.bytes(), Optional.empty(), extents);
    }

    private static OperationSource source(BlockDevice old, List<Extent> extents) throws IOException {
        return new OperationSource(extents, ContentHash.of(new SourceDevice(old, extents)));
    }

    private static byte[] read(BlockDevice device, List<Extent> extents) throws IOException {
        var size = extents.stream().mapToLong(Extent::blockCount).sum() * PayloadFormat.BLOCK_SIZE;
        var bytes = ByteBuffer.allocate(Math.toIntExact(size));
        new SourceDevice(device, extents).read(0, bytes);
        return bytes.array();
    }

    private static long blocks(long bytes) {
        return bytes / PayloadFormat.BLOCK_SIZE;
    }
}
