package io.bascule.imagebuilder.output;

import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * Writes VMDK files of the type monolithicSparse: header, descriptor, two copies of directory and tables, then the grains
 * of 64 KiB that are not all zero. Memory: 3 MiB, and 128 bytes for each GiB of the disk.
 *
 * <p>Not streamOptimized: its grains are deflated, and what the JDK's Deflater makes depends on the zlib that it was built
 * with.
 */
final class VmdkWriter {
    private static final int DESCRIPTOR_SECTOR = 1;

    private final GrowingFile file;
    private final long sectors;
    private final int tables;
    private final int directorySectors;
    private ByteBuffer table = newTable();
    private int tableIndex = -1;

    private VmdkWriter(FileChannel target, long size) {
        this.file = new GrowingFile(target);
        this.sectors = size / VmdkFormat.SECTOR;
        this.tables = (int) Math.ceilDiv(size, (long) VmdkFormat.GRAIN * VmdkFormat.TABLE_ENTRIES);
        this.directorySectors = Math.ceilDiv(tables * Integer.BYTES, VmdkFormat.SECTOR);
    }

    /**
     * Writes {@code source}, whole sectors and at most 2040 GiB, to {@code target}, an empty file.
     *
     * @param fileName what the file will be called
     */
    static void write(BlockDevice source, FileChannel target, String fileName, OutputProgress progress)
            throws IOException {
        new VmdkWriter(target, source.size().bytes()).write(source, fileName, progress);
    }

    private void write(BlockDevice source, String fileName, OutputProgress progress) throws IOException {
        var identity = new ContentDigest(source.size().bytes());
        file.reserve(firstGrain() * VmdkFormat.SECTOR);
        DataChunks.forEach(source, VmdkFormat.GRAIN, progress, (index, chunk) -> {
            identity.add(index, chunk);
            select((int) (index / VmdkFormat.TABLE_ENTRIES));
            table.putInt((int) (index % VmdkFormat.TABLE_ENTRIES) * Integer.BYTES, (int)
                    (file.append(chunk) / VmdkFormat.SECTOR));
        });
        writeTable();
        for (var copy = 0; copy < 2; copy++) {
            var directory =
                    ByteBuffer.allocate(directorySectors * VmdkFormat.SECTOR).order(ByteOrder.LITTLE_ENDIAN);
            for (var i = 0; i < tables; i++) {
                directory.putInt((int) tableSector(copy, i));
            }
            file.write(directorySector(copy) * VmdkFormat.SECTOR, directory.clear());
        }
        file.write(
                DESCRIPTOR_SECTOR * VmdkFormat.SECTOR,
                ByteBuffer.wrap(VmdkDescriptor.of(identity.bytes(), sectors, fileName)));
        file.write(0, header());
        file.finish();
    }

    private void select(int index) throws IOException {
        if (index != tableIndex) {
            writeTable();
            table = newTable();
            tableIndex = index;
        }
    }

    private void writeTable() throws IOException {
        if (tableIndex >= 0) {
            for (var copy = 0; copy < 2; copy++) {
                file.write(tableSector(copy, tableIndex) * VmdkFormat.SECTOR, table.clear());
            }
        }
    }

    private static ByteBuffer newTable() {
        return ByteBuffer.allocate(VmdkFormat.TABLE_SECTORS * VmdkFormat.SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The redundant copy, 0, comes first. */
    private long directorySector(int copy) {
        return DESCRIPTOR_SECTOR
                + VmdkFormat.WRITTEN_DESCRIPTOR_SECTORS
                + copy * (directorySectors + (long) tables * VmdkFormat.TABLE_SECTORS);
    }

    private long tableSector(int copy, int index) {
        return directorySector(copy) + directorySectors + (long) index * VmdkFormat.TABLE_SECTORS;
    }

    private long firstGrain() {
        return Math.ceilDiv(directorySector(2), VmdkFormat.GRAIN_SECTORS) * VmdkFormat.GRAIN_SECTORS;
    }

    private ByteBuffer header() {
        return ByteBuffer.allocate(VmdkFormat.SECTOR)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, VmdkFormat.MAGIC)
                .putInt(VmdkFormat.VERSION, 1)
                .putInt(VmdkFormat.FLAGS, VmdkFormat.HAS_LINE_ENDS | VmdkFormat.HAS_REDUNDANT_DIRECTORY)
                .putLong(VmdkFormat.CAPACITY, sectors)
                .putLong(VmdkFormat.GRAIN_SIZE, VmdkFormat.GRAIN_SECTORS)
                .putLong(VmdkFormat.DESCRIPTOR_OFFSET, DESCRIPTOR_SECTOR)
                .putLong(VmdkFormat.DESCRIPTOR_SIZE, VmdkFormat.WRITTEN_DESCRIPTOR_SECTORS)
                .putInt(VmdkFormat.ENTRIES_PER_TABLE, VmdkFormat.TABLE_ENTRIES)
                .putLong(VmdkFormat.REDUNDANT_DIRECTORY, directorySector(0))
                .putLong(VmdkFormat.DIRECTORY, directorySector(1))
                .putLong(VmdkFormat.OVERHEAD, firstGrain())
                .put(VmdkFormat.LINE_ENDS, VmdkFormat.WRITTEN_LINE_ENDS);
    }
}
