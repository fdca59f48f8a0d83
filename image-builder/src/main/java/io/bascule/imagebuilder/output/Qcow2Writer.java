package io.bascule.imagebuilder.output;

import com.github.luben.zstd.ZstdCompressCtx;
import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Writes qcow2 version 3 with clusters of 64 KiB: header, L1 table, then clusters with each L2 table behind those that it
 * names, refcounts at the end. What is all zero has no cluster. Memory: 8 MiB, and 32 KiB for each GiB of the file.
 */
final class Qcow2Writer {
    /** A cluster that does not become smaller by this is stored as it is: reading it should cost nothing then. */
    private static final int LEAST_GAIN = 2 * Qcow2Format.SECTOR;

    private final GrowingFile file;
    private final long size;
    private final boolean zstd;
    private final Qcow2Refcounts refcounts = new Qcow2Refcounts();
    private final long[] l1;
    private final long l1Offset;
    private long[] l2 = new long[Qcow2Format.L2_ENTRIES];
    private int l2Index = -1;
    /** Where the next compressed cluster goes, and what is left there of a cluster of the file. */
    private long packedAt;

    private int packedRoom;

    private Qcow2Writer(FileChannel target, long size, boolean zstd) {
        this.file = new GrowingFile(target);
        this.size = size;
        this.zstd = zstd;
        this.l1 = new long[(int) Math.ceilDiv(size, (long) Qcow2Format.L2_ENTRIES * Qcow2Format.CLUSTER)];
        refcounts.use(file.reserve(Qcow2Format.CLUSTER), Qcow2Format.CLUSTER);
        var l1Size = Math.ceilDiv((long) l1.length * Qcow2Format.ENTRY, Qcow2Format.CLUSTER) * Qcow2Format.CLUSTER;
        this.l1Offset = file.reserve(l1Size);
        refcounts.use(l1Offset, l1Size);
    }

    /**
     * Writes {@code source} to {@code target}, an empty file.
     *
     * @param zstdLevel how clusters are compressed, 1 to 22; absent to store them as they are
     * @param threads how many threads compress, from 1
     */
    static void write(
            BlockDevice source, FileChannel target, OptionalInt zstdLevel, int threads, OutputProgress progress)
            throws IOException {
        var writer = new Qcow2Writer(target, source.size().bytes(), zstdLevel.isPresent());
        if (zstdLevel.isPresent()) {
            writer.compressed(source, zstdLevel.getAsInt(), threads, progress);
        } else {
            DataChunks.forEach(source, Qcow2Format.CLUSTER, progress, (index, chunk) -> writer.stored(index, chunk));
        }
        writer.finish();
    }

    /** A cluster on its way, compressed if that was worth it. */
    private record Cluster(long index, ByteBuffer bytes) {}

    private void compressed(BlockDevice source, int level, int threads, OutputProgress progress) throws IOException {
        var contexts = new ConcurrentLinkedQueue<ZstdCompressCtx>();
        try (var work = new OrderedWork<Cluster>(threads, this::add)) {
            DataChunks.forEach(source, Qcow2Format.CLUSTER, progress, (index, chunk) -> {
                var bytes = new byte[chunk.remaining()];
                chunk.get(bytes);
                work.add(() -> new Cluster(index, ByteBuffer.wrap(compress(bytes, level, contexts))));
            });
            work.finish();
        } finally {
            contexts.forEach(ZstdCompressCtx::close);
        }
    }

    private static byte[] compress(byte[] bytes, int level, ConcurrentLinkedQueue<ZstdCompressCtx> contexts) {
        var free = contexts.poll();
        var context = free == null ? new ZstdCompressCtx().setLevel(level) : free;
        try {
            var compressed = context.compress(bytes);
            return compressed.length <= bytes.length - LEAST_GAIN ? compressed : bytes;
        } finally {
            contexts.add(context);
        }
    }

    private void add(Cluster cluster) throws IOException {
        if (cluster.bytes().remaining() == Qcow2Format.CLUSTER) {
            stored(cluster.index(), cluster.bytes());
        } else {
            packed(cluster.index(), cluster.bytes());
        }
    }

    private void stored(long index, ByteBuffer bytes) throws IOException {
        select(index);
        var at = file.append(bytes);
        refcounts.use(at, Qcow2Format.CLUSTER);
        l2[(int) (index % Qcow2Format.L2_ENTRIES)] = at | Qcow2Format.COPIED;
    }

    /** Compressed clusters lie one behind the other, across clusters of the file where these are neighbours. */
    private void packed(long index, ByteBuffer bytes) throws IOException {
        var length = bytes.remaining();
        select(index);
        if (length > packedRoom) {
            if (packedAt + packedRoom != file.end()) {
                packedAt = file.end();
                packedRoom = 0;
            }
            file.reserve(Qcow2Format.CLUSTER);
            packedRoom += Qcow2Format.CLUSTER;
        }
        var at = packedAt;
        file.write(at, bytes);
        packedAt += length;
        packedRoom -= length;
        refcounts.use(at, length);
        var moreSectors = (at + length - 1) / Qcow2Format.SECTOR - at / Qcow2Format.SECTOR;
        l2[(int) (index % Qcow2Format.L2_ENTRIES)] = at
                | (moreSectors << Qcow2Format.compressedOffsetBits(Qcow2Format.WRITTEN_CLUSTER_BITS))
                | Qcow2Format.COMPRESSED;
    }

    /** Goes on to the L2 table that has the entry of a cluster. */
    private void select(long index) throws IOException {
        var table = (int) (index / Qcow2Format.L2_ENTRIES);
        if (table != l2Index) {
            writeL2();
            l2 = new long[Qcow2Format.L2_ENTRIES];
            l2Index = table;
        }
    }

    private void writeL2() throws IOException {
        if (l2Index >= 0) {
            var at = file.append(encode(l2));
            refcounts.use(at, Qcow2Format.CLUSTER);
            l1[l2Index] = at | Qcow2Format.COPIED;
        }
    }

    private void finish() throws IOException {
        writeL2();
        file.write(l1Offset, encode(l1));
        var table = refcounts.append(file);
        file.write(0, header(table));
        file.finish();
    }

    private static ByteBuffer encode(long[] entries) {
        var bytes = ByteBuffer.allocate(entries.length * Qcow2Format.ENTRY);
        bytes.asLongBuffer().put(entries);
        return bytes;
    }

    /** The end of the header extensions follows, which is eight zeros. */
    private ByteBuffer header(Qcow2Refcounts.Table refcountTable) {
        return ByteBuffer.allocate(Qcow2Format.HEADER_SIZE + 8)
                .putInt(0, Qcow2Format.MAGIC)
                .putInt(Qcow2Format.VERSION, 3)
                .putInt(Qcow2Format.CLUSTER_BITS, Qcow2Format.WRITTEN_CLUSTER_BITS)
                .putLong(Qcow2Format.SIZE, size)
                .putInt(Qcow2Format.L1_SIZE, l1.length)
                .putLong(Qcow2Format.L1_TABLE, l1Offset)
                .putLong(Qcow2Format.REFCOUNT_TABLE, refcountTable.offset())
                .putInt(Qcow2Format.REFCOUNT_TABLE_CLUSTERS, refcountTable.clusters())
                .putLong(Qcow2Format.INCOMPATIBLE, zstd ? Qcow2Format.COMPRESSION : 0)
                .putInt(Qcow2Format.REFCOUNT_ORDER, Qcow2Format.REFCOUNT_ORDER_16_BITS)
                .putInt(Qcow2Format.HEADER_LENGTH, Qcow2Format.HEADER_SIZE)
                .put(Qcow2Format.COMPRESSION_TYPE, (byte) (zstd ? Qcow2Format.TYPE_ZSTD : Qcow2Format.TYPE_DEFLATE));
    }
}
