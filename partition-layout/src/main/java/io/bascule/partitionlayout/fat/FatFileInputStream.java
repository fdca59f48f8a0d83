package io.bascule.partitionlayout.fat;

import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The bytes of one file, read in runs of neighbouring clusters. */
final class FatFileInputStream extends InputStream {
    private final BlockDevice volume;
    private final FatGeometry geometry;
    private final ClusterTable table;
    private int nextCluster;
    private long fileRemaining;
    private long runPosition;
    private long runRemaining;

    /** @param firstCluster of a chain that is long enough for {@code size} bytes */
    FatFileInputStream(BlockDevice volume, FatGeometry geometry, ClusterTable table, int firstCluster, long size) {
        this.volume = volume;
        this.geometry = geometry;
        this.table = table;
        this.nextCluster = firstCluster;
        this.fileRemaining = size;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (fileRemaining == 0) {
            return -1;
        }
        if (runRemaining == 0) {
            startRun();
        }
        var count = (int) Math.min(length, Math.min(runRemaining, fileRemaining));
        volume.read(runPosition, ByteBuffer.wrap(target, offset, count));
        runPosition += count;
        runRemaining -= count;
        fileRemaining -= count;
        return count;
    }

    private void startRun() throws IOException {
        var first = nextCluster;
        var clusters = 0L;
        do {
            clusters++;
            // The chain may go on behind the file's end, or end there.
            nextCluster =
                    clusters * geometry.clusterBytes() < fileRemaining ? table.next(nextCluster) : ClusterTable.END;
        } while (nextCluster == first + clusters);
        runPosition = geometry.clusterOffset(first);
        runRemaining = clusters * geometry.clusterBytes();
    }
}
