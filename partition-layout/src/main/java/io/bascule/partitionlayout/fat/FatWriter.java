package io.bascule.partitionlayout.fat;

import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Makes FAT32 volumes. The bytes depend on the tree, the options and the volume's size only. What is not written stays
 * as it is: free clusters, the unused ends of clusters and of the tables. A device to write to must therefore read as
 * zero everywhere, as a new sparse file does.
 */
public final class FatWriter {
    private static final int CHUNK = 1 << 20;

    private final BlockDevice volume;
    private final FatGeometry geometry;
    private final FatOptions options;
    private final FatAllocation allocation;
    private final byte[] chunk = new byte[CHUNK];

    private FatWriter(BlockDevice volume, FatGeometry geometry, FatOptions options, FatAllocation allocation) {
        this.volume = volume;
        this.geometry = geometry;
        this.options = options;
        this.allocation = allocation;
    }

    /**
     * Fills a partition with a file system. Contents are streamed. It is flushed at the end.
     *
     * @param volume the partition, all zero; its size is the volume's
     * @throws IllegalArgumentException if the volume is too small for FAT32 or for the tree; nothing is written then
     * @throws IOException if a content cannot be read or is not as long as it said
     */
    public static void write(BlockDevice volume, FatTree tree, FatOptions options) throws IOException {
        var geometry = FatGeometry.fat32(volume.size(), options.sectorSize());
        new FatWriter(volume, geometry, options, FatAllocation.of(tree, geometry)).write();
    }

    private void write() throws IOException {
        writeBootSectors();
        for (var index = 0; index < geometry.fatCount(); index++) {
            writeTable(geometry.fatOffset(index));
        }
        for (var directory : allocation.directories()) {
            writeDirectory(directory);
        }
        for (var file : allocation.files()) {
            writeFile(file);
        }
        volume.flush();
    }

    private void writeBootSectors() throws IOException {
        var used = allocation.nextCluster() - FatFormat.FIRST_CLUSTER;
        var free = Math.toIntExact(geometry.clusterCount() - used);
        for (var copy : new int[] {0, FatFormat.BACKUP_BOOT_SECTOR}) {
            var position = (long) copy * geometry.bytesPerSector();
            volume.write(position, BootSector.encode(geometry, options));
            volume.write(
                    position + (long) FatFormat.FS_INFO_SECTOR * geometry.bytesPerSector(),
                    BootSector.encodeFsInfo(geometry, free, allocation.nextCluster()));
        }
    }

    private void writeTable(long position) throws IOException {
        var table = new TableOutput(position);
        table.put((FatFormat.FAT32_MASK & ~0xFF) | Byte.toUnsignedInt(FatFormat.MEDIA_FIXED));
        table.put(FatFormat.FAT32_END);
        for (var directory : allocation.directories()) {
            table.putChain(directory.firstCluster(), directory.clusters());
        }
        for (var file : allocation.files()) {
            table.putChain(file.firstCluster(), file.clusters());
        }
        table.finish();
    }

    /** Collects a table's entries: chains come in the order of their clusters. */
    private final class TableOutput {
        private final ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        private long position;

        TableOutput(long position) {
            this.position = position;
        }

        void putChain(int first, int clusters) throws IOException {
            for (var i = 1; i < clusters; i++) {
                put(first + i);
            }
            if (clusters > 0) {
                put(FatFormat.FAT32_END);
            }
        }

        void put(int entry) throws IOException {
            buffer.putInt(entry);
            if (!buffer.hasRemaining()) {
                finish();
            }
        }

        void finish() throws IOException {
            var length = buffer.position();
            volume.write(position, buffer.flip());
            position += length;
            buffer.clear();
        }
    }

    private void writeDirectory(FatAllocation.PlacedDirectory directory) throws IOException {
        var bytes = ByteBuffer.allocate(directory.clusters() * geometry.clusterBytes());
        var encoder = new DirectoryEncoder(bytes, options);
        if (directory.path().isEmpty()) {
            encoder.label();
        } else {
            encoder.dots(directory.firstCluster(), directory.parentCluster());
        }
        directory.node().children.forEach((name, child) -> {
            var shortName = Objects.requireNonNull(directory.shortNames().get(name));
            var cluster = allocation.firstCluster(child);
            if (child instanceof FatNode.File file) {
                encoder.file(name, shortName, cluster, file.content.size());
            } else {
                encoder.directory(name, shortName, cluster);
            }
        });
        volume.write(geometry.clusterOffset(directory.firstCluster()), bytes.clear());
    }

    private void writeFile(FatAllocation.PlacedFile file) throws IOException {
        var size = file.content().size();
        var position = geometry.clusterOffset(file.firstCluster());
        var written = 0L;
        try (var in = file.content().open()) {
            while (true) {
                var count = in.readNBytes(chunk, 0, chunk.length);
                if (written + count > size || (count == 0 && written < size)) {
                    throw new IOException("the content of '" + file.path() + "' said it had " + size
                            + " bytes, and had " + (count == 0 ? "only " + written : "more"));
                }
                if (count == 0) {
                    return;
                }
                volume.write(position + written, ByteBuffer.wrap(chunk, 0, count));
                written += count;
            }
        }
    }
}
