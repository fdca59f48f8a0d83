package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.payload.bsdiff.BsdiffWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Cuts a partition's content into operations, in the order of its blocks, each to be encoded on its own: whole, in chunks of
 * 2 MiB, or as a delta.
 */
final class PartitionEncoder {
    /** As much as clients of all kinds hold in memory at a time. */
    static final int CHUNK = 2 << 20;

    /** New bytes that one patch makes: it is applied as a stream, but made in memory. */
    private static final int PATCH_CHUNK = 16 << 20;

    /** An old content up to this size is searched whole; it costs 13 bytes of heap a byte. */
    private static final long MAX_SEARCHED = 32 << 20;

    private final PartitionImage partition;
    private final ChunkMemory memory;
    private Optional<BsdiffWriter> patches = Optional.empty();

    PartitionEncoder(PartitionImage partition, ChunkMemory memory) {
        this.partition = partition;
        this.memory = memory;
    }

    /** An operation whose place in the payload is not known yet. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Encoded(OperationType type, byte[] blob, Optional<OperationSource> source, Extent destination) {}

    /** {@return the operations, each made by a thread of its own} One task may make several. */
    List<Callable<List<Encoded>>> tasks() throws IOException {
        var tasks = new ArrayList<Callable<List<Encoded>>>();
        if (partition.old().isEmpty()) {
            whole(new Extent(0, blocks(partition.content().size().bytes())), tasks);
            return tasks;
        }
        var old = partition.old().get();
        for (var piece : DeltaPlan.of(old, partition.content())) {
            switch (piece) {
                case DeltaPlan.Piece.Copy copy ->
                    tasks.add(() -> List.of(new Encoded(
                            OperationType.SOURCE_COPY,
                            new byte[0],
                            Optional.of(source(old, copy.sources())),
                            copy.destination())));
                case DeltaPlan.Piece.Zero zero ->
                    tasks.add(() -> List.of(
                            new Encoded(OperationType.ZERO, new byte[0], Optional.empty(), zero.destination())));
                case DeltaPlan.Piece.Changed changed -> changed(old, changed.destination(), tasks);
            }
        }
        return tasks;
    }

    private void whole(Extent extent, List<Callable<List<Encoded>>> tasks) {
        for (var chunk : split(extent, CHUNK)) {
            tasks.add(() -> List.of(replace(chunk)));
        }
    }

    private void changed(BlockDevice old, Extent extent, List<Callable<List<Encoded>>> tasks) {
        if (old.size().bytes() > MAX_SEARCHED) {
            whole(extent, tasks);
            return;
        }
        for (var chunk : split(extent, PATCH_CHUNK)) {
            tasks.add(() -> patchOrReplace(old, chunk));
        }
    }

    private List<Encoded> patchOrReplace(BlockDevice old, Extent extent) throws IOException {
        var plain = new ArrayList<Encoded>();
        var plainSize = 0L;
        for (var chunk : split(extent, CHUNK)) {
            var encoded = replace(chunk);
            plain.add(encoded);
            plainSize += encoded.blob().length;
        }
        var content = read(partition.content(), extent);
        var writer = patches(old);
        if (!writer.mayHelp(content)) {
            return plain;
        }
        var patch = writer.patch(content);
        if (patch.length >= plainSize || patch.length > PayloadFormat.MAX_BLOB_SIZE) {
            return plain;
        }
        var all = List.of(new Extent(0, blocks(old.size().bytes())));
        return List.of(new Encoded(OperationType.SOURCE_BSDIFF, patch, Optional.of(source(old, all)), extent));
    }

    private synchronized BsdiffWriter patches(BlockDevice old) throws IOException {
        if (patches.isEmpty()) {
            patches = Optional.of(
                    new BsdiffWriter(read(old, new Extent(0, blocks(old.size().bytes())))));
        }
        return patches.get();
    }

    private Encoded replace(Extent extent) throws IOException {
        var blob = BlobEncoder.encode(read(partition.content(), extent), memory);
        return new Encoded(blob.type(), blob.bytes(), Optional.empty(), extent);
    }

    private static OperationSource source(BlockDevice old, List<Extent> extents) throws IOException {
        return new OperationSource(extents, ContentHash.of(new SourceDevice(old, extents)));
    }

    private static List<Extent> split(Extent extent, int bytes) {
        var most = blocks(bytes);
        var parts = new ArrayList<Extent>();
        for (var at = extent.startBlock(); at < extent.end(); at += most) {
            parts.add(new Extent(at, Math.min(most, extent.end() - at)));
        }
        return parts;
    }

    private static byte[] read(BlockDevice device, Extent extent) throws IOException {
        var bytes = new byte[Math.toIntExact(extent.blockCount() * PayloadFormat.BLOCK_SIZE)];
        device.read(extent.startBlock() * PayloadFormat.BLOCK_SIZE, ByteBuffer.wrap(bytes));
        return bytes;
    }

    private static long blocks(long bytes) {
        return bytes / PayloadFormat.BLOCK_SIZE;
    }
}
