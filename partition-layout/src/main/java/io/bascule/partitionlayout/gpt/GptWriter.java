package io.bascule.partitionlayout.gpt;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.Lba;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes partition tables so that a disk has one usable copy at every moment. Each copy is its entries and then its
 * header, flushed before the other copy is touched; the copy that readers do not use is written first. After a power cut
 * {@link GptReader} finds the old table or the new one, whatever the disk did with the writes since the last flush.
 */
public final class GptWriter {
    private GptWriter() {}

    /**
     * Partitions a disk: protective MBR and both copies. What stood there is lost.
     *
     * @throws IllegalArgumentException if the disk ends before the table
     */
    public static void create(BlockDevice disk, GptTable table) throws IOException {
        checkFits(disk, table);
        var sectors = disk.size().bytes() / table.geometry().sectorSize().bytes();
        disk.write(0, ProtectiveMbr.encode(sectors));
        writeBackup(disk, table);
        writePrimary(disk, table);
    }

    /**
     * Replaces the table of a disk in use. The MBR stays as it is: it does not depend on the table, and may hold boot
     * code.
     *
     * @param found what {@link GptReader} read from this disk just before: it decides which copy is written first
     * @throws IllegalArgumentException if the disk ends before the table
     */
    public static void update(BlockDevice disk, GptReadResult found, GptTable table) throws IOException {
        checkFits(disk, table);
        if (found.recoveredFromBackup()) {
            writePrimary(disk, table);
            writeBackup(disk, table);
        } else {
            writeBackup(disk, table);
            writePrimary(disk, table);
        }
    }

    private static void writePrimary(BlockDevice disk, GptTable table) throws IOException {
        var geometry = table.geometry();
        writeCopy(disk, table, GptFormat.PRIMARY_HEADER, geometry.backupHeader(), geometry.primaryEntries());
    }

    private static void writeBackup(BlockDevice disk, GptTable table) throws IOException {
        var geometry = table.geometry();
        writeCopy(disk, table, geometry.backupHeader(), GptFormat.PRIMARY_HEADER, geometry.backupEntries());
    }

    private static void writeCopy(BlockDevice disk, GptTable table, Lba header, Lba alternate, Lba entries)
            throws IOException {
        var geometry = table.geometry();
        var array = GptEntryArray.encode(table);
        disk.write(entries.byteOffset(geometry.sectorSize()), ByteBuffer.wrap(array));
        var encoded = new GptHeader(
                        header,
                        alternate,
                        geometry.firstUsable(),
                        geometry.lastUsable(),
                        table.diskGuid(),
                        entries,
                        geometry.entryCount(),
                        GptHeader.crc32(array))
                .encode(geometry.sectorSize());
        disk.write(header.byteOffset(geometry.sectorSize()), encoded);
        disk.flush();
    }

    private static void checkFits(BlockDevice disk, GptTable table) {
        var needed = (table.geometry().backupHeader().value() + 1)
                * table.geometry().sectorSize().bytes();
        if (needed > disk.size().bytes()) {
            throw new IllegalArgumentException("the table ends at byte " + needed + ", the disk at "
                    + disk.size().bytes());
        }
    }
}
