package io.bascule.scenarios.bootpath;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The clusters of a file one after the other. On a damaged volume they may be too few: then the file has its size, and only
 * reading behind its last cluster fails, as it does for firmware and kernel.
 */
final class ClusterDevice implements BlockDevice {
    private final BlockDevice volume;
    private final List<Long> clusters;
    private final int clusterBytes;
    private final long size;

    /** @param clusters where each begins, in bytes */
    ClusterDevice(BlockDevice volume, List<Long> clusters, int clusterBytes, long size) {
        this.volume = volume;
        this.clusters = clusters;
        this.clusterBytes = clusterBytes;
        this.size = size;
    }

    /** Bytes that follow each other on the volume. */
    record Run(long position, long length) {}

    /** {@return where it lies on its volume, in whole clusters; nothing if its chain is too short} */
    Optional<List<Run>> runs() {
        var needed = Math.ceilDiv(size, (long) clusterBytes);
        if (needed > clusters.size()) {
            return Optional.empty();
        }
        var runs = new ArrayList<Run>();
        for (var cluster : clusters.subList(0, (int) needed)) {
            var last = runs.isEmpty() ? new Run(cluster, 0) : runs.removeLast();
            if (last.position() + last.length() == cluster) {
                runs.add(new Run(last.position(), last.length() + clusterBytes));
            } else {
                runs.add(last);
                runs.add(new Run(cluster, clusterBytes));
            }
        }
        return Optional.of(runs);
    }

    @Override
    public ByteCount size() {
        return new ByteCount(size);
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        move(position, target, volume::read);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        move(position, source, volume::write);
    }

    @FunctionalInterface
    private interface Piece {
        void move(long position, ByteBuffer bytes) throws IOException;
    }

    private void move(long position, ByteBuffer bytes, Piece piece) throws IOException {
        if (position < 0 || position > size - bytes.remaining()) {
            throw new EOFException("bytes beyond the end at " + size);
        }
        while (bytes.hasRemaining()) {
            var inCluster = (int) (position % clusterBytes);
            var count = Math.min(bytes.remaining(), clusterBytes - inCluster);
            if (position / clusterBytes >= clusters.size()) {
                throw new IOException("the chain of clusters ends before byte " + position);
            }
            piece.move(
                    clusters.get((int) (position / clusterBytes)) + inCluster,
                    bytes.slice().limit(count));
            bytes.position(bytes.position() + count);
            position += count;
        }
    }

    @Override
    public void flush() throws IOException {
        volume.flush();
    }

    @Override
    public void close() {}
}
