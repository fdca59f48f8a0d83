package io.bascule.imagebuilder.output;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The disk in a qcow2 file of version 2 or 3, with clusters stored, zero, or compressed by deflate or zstd; internal
 * snapshots are passed over. Refcounts are not looked at: they are for those who write. Not for several threads.
 */
final class Qcow2Image extends ReadOnlyDevice {
    private static final int TABLES_KEPT = 16;

    private final BlockDevice file;
    private final Qcow2Header header;
    private final long[] l1;
    private final byte[] cluster;
    /** The entry whose cluster is in {@link #cluster}; no compressed one is 0. */
    private long decompressed;

    private final Map<Long, long[]> tables = new LinkedHashMap<>(TABLES_KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, long[]> eldest) {
            return size() > TABLES_KEPT;
        }
    };

    private Qcow2Image(BlockDevice file, Qcow2Header header, long[] l1) {
        this.file = file;
        this.header = header;
        this.l1 = l1;
        this.cluster = new byte[header.clusterSize()];
    }

    /** @throws MalformedFormatException if {@code file} is no qcow2, or of a kind that is not read; it says which */
    static Qcow2Image open(BlockDevice file) throws IOException {
        var header = Qcow2Header.read(file);
        return new Qcow2Image(file, header, entries(file, header.l1Table(), header.l1Size()));
    }

    /** {@return how compressed clusters are compressed, or would be} */
    boolean zstd() {
        return header.zstd();
    }

    @Override
    public ByteCount size() {
        return new ByteCount(header.size());
    }

    @Override
    void readSome(long position, ByteBuffer target) throws IOException {
        var inCluster = (int) (position & (header.clusterSize() - 1));
        var part = take(target, header.clusterSize() - inCluster);
        var entry = entry(position);
        if (isZero(entry)) {
            zero(part);
        } else if ((entry & Qcow2Format.COMPRESSED) != 0) {
            decompress(entry, entryOffset(position));
            part.put(cluster, inCluster, part.remaining());
        } else {
            var at = (entry & Qcow2Format.OFFSET_MASK) + inCluster;
            require(
                    at <= file.size().bytes() - part.remaining(),
                    "L2 entry",
                    entryOffset(position),
                    "its cluster at " + at + " goes beyond the end of the file at "
                            + file.size().bytes());
            file.read(at, part);
        }
    }

    @Override
    public long nextData(long position) throws IOException {
        var at = position;
        var perTable = (long) header.l2Entries() * header.clusterSize();
        while (at < header.size()) {
            if (tableOffset(at) == 0) {
                at = (at / perTable + 1) * perTable;
            } else if (isZero(entry(at))) {
                at = (at / header.clusterSize() + 1) * header.clusterSize();
            } else {
                return at;
            }
        }
        return header.size();
    }

    private boolean isZero(long entry) {
        if ((entry & Qcow2Format.COMPRESSED) != 0) {
            return false;
        }
        return (entry & Qcow2Format.OFFSET_MASK) == 0
                || (header.version() == 3 && (entry & Qcow2Format.READS_AS_ZERO) != 0);
    }

    private int l1Index(long position) {
        return (int) (position >>> header.clusterBits() >>> (header.clusterBits() - 3));
    }

    private long tableOffset(long position) {
        return l1[l1Index(position)] & Qcow2Format.OFFSET_MASK;
    }

    /** {@return where in the file the entry of a cluster is, for messages} */
    private long entryOffset(long position) {
        return tableOffset(position) + (position >>> header.clusterBits()) % header.l2Entries() * Qcow2Format.ENTRY;
    }

    private long entry(long position) throws IOException {
        var offset = tableOffset(position);
        if (offset == 0) {
            return 0;
        }
        var table = tables.get(offset);
        if (table == null) {
            require(
                    (offset & (header.clusterSize() - 1)) == 0
                            && offset <= file.size().bytes() - header.clusterSize(),
                    "L1 entry",
                    header.l1Table() + (long) l1Index(position) * Qcow2Format.ENTRY,
                    "there is no whole cluster for an L2 table at " + offset);
            table = entries(file, offset, header.l2Entries());
            tables.put(offset, table);
        }
        return table[(int) ((position >>> header.clusterBits()) % header.l2Entries())];
    }

    private static long[] entries(BlockDevice file, long offset, int count) throws IOException {
        var bytes = ByteBuffer.allocate(count * Qcow2Format.ENTRY);
        file.read(offset, bytes);
        var entries = new long[count];
        bytes.clear().asLongBuffer().get(entries);
        return entries;
    }

    private void decompress(long entry, long entryOffset) throws IOException {
        if (entry == decompressed) {
            return;
        }
        var offsetBits = Qcow2Format.compressedOffsetBits(header.clusterBits());
        var offset = entry & ((1L << offsetBits) - 1);
        var sectors = ((entry & ~Qcow2Format.COMPRESSED & ~Qcow2Format.COPIED) >>> offsetBits) + 1;
        // The last sector may be cut off where the file ends, and there are other bytes in it anyway.
        var end = Math.min(
                file.size().bytes(), offset / Qcow2Format.SECTOR * Qcow2Format.SECTOR + sectors * Qcow2Format.SECTOR);
        require(offset < end, "L2 entry", entryOffset, "the file ends before its compressed cluster at " + offset);
        var compressed = ByteBuffer.allocate((int) (end - offset));
        file.read(offset, compressed);
        decompressed = 0;
        Clusters.decompress(
                header.zstd() ? Clusters.Codec.ZSTD : Clusters.Codec.RAW_DEFLATE,
                compressed.array(),
                cluster,
                cluster.length,
                problem -> new MalformedFormatException(Qcow2Format.NAME, "compressed cluster", offset, problem));
        decompressed = entry;
    }

    private static void require(boolean holds, String field, long at, String problem) throws MalformedFormatException {
        if (!holds) {
            throw new MalformedFormatException(Qcow2Format.NAME, field, at, problem);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
