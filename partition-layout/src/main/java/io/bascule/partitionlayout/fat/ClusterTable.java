package io.bascule.partitionlayout.fat;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The file allocation table of a volume: which cluster follows which. Reads it piece by piece. */
final class ClusterTable {
    /** What {@link #next} gives for the last cluster of a chain. */
    static final int END = -1;

    private static final String FORMAT = "FAT";
    private static final int WINDOW = 1 << 16;

    private final BlockDevice volume;
    private final FatGeometry geometry;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN);
    private long windowStart = -1;

    ClusterTable(BlockDevice volume, FatGeometry geometry) {
        this.volume = volume;
        this.geometry = geometry;
    }

    /**
     * {@return the cluster behind {@code cluster}, or {@link #END}}
     *
     * @param cluster one that the volume has
     */
    int next(int cluster) throws IOException {
        var next = entry(cluster);
        if (next > geometry.type().badCluster()) {
            return END;
        }
        if (!geometry.hasCluster(next)) {
            throw malformed(cluster, next == 0 ? "the chain runs into a free cluster" : "there is no cluster " + next);
        }
        return next;
    }

    /**
     * {@return how many clusters the chain from {@code first} has}
     *
     * @throws MalformedFormatException if it runs in a loop or leaves the volume
     */
    long chainLength(int first) throws IOException {
        var length = 1L;
        for (var at = next(first); at != END; at = next(at)) {
            // A chain without a loop meets no cluster twice.
            if (++length > geometry.clusterCount()) {
                throw malformed(first, "the chain that begins here runs in a loop");
            }
        }
        return length;
    }

    /** {@return how many clusters are free} */
    long freeClusters() throws IOException {
        var free = 0L;
        for (var i = 0; i < geometry.clusterCount(); i++) {
            if (entry(FatFormat.FIRST_CLUSTER + i) == 0) {
                free++;
            }
        }
        return free;
    }

    MalformedFormatException malformed(int cluster, String problem) {
        return new MalformedFormatException(
                FORMAT, "entry of cluster " + cluster, geometry.entryOffset(cluster), problem);
    }

    private int entry(int cluster) throws IOException {
        var offset = (long) cluster * geometry.type().entryBytes();
        if (windowStart < 0 || offset < windowStart || offset >= windowStart + window.limit()) {
            load(offset / WINDOW * WINDOW);
        }
        var inWindow = (int) (offset - windowStart);
        return switch (geometry.type()) {
            case FAT16 -> Short.toUnsignedInt(window.getShort(inWindow));
            case FAT32 -> window.getInt(inWindow) & FatFormat.FAT32_MASK;
        };
    }

    private void load(long start) throws IOException {
        var tableBytes = geometry.fatSectors() * geometry.bytesPerSector();
        window.clear().limit((int) Math.min(WINDOW, tableBytes - start));
        windowStart = -1;
        volume.read(geometry.fatOffset(geometry.activeFat()) + start, window);
        windowStart = start;
    }
}
