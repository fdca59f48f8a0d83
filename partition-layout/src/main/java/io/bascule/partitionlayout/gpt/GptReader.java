package io.bascule.partitionlayout.gpt;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.Lba;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.SectorSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Reads partition tables. A table is only taken from a copy whose header and entries have the right CRCs and make sense
 * together; the primary copy counts, and the backup in the disk's last sector when the primary is unusable.
 */
public final class GptReader {
    private static final String HEADER = "GPT header";

    private final BlockDevice disk;
    private final SectorSize sectorSize;
    private final long sectors;

    private GptReader(BlockDevice disk, SectorSize sectorSize) {
        this.disk = disk;
        this.sectorSize = sectorSize;
        this.sectors = disk.size().bytes() / sectorSize.bytes();
    }

    /**
     * {@return the table of a disk}
     *
     * @param sectorSize of the disk; an image does not tell it, and a wrong one finds no table
     * @throws MalformedFormatException if there is no protective MBR (firmware and Linux then see no GPT either) or
     *     neither copy is usable: about the primary, with the backup's fault as suppressed exception
     * @throws IOException if the disk cannot be read; an unreadable primary alone is recovered from the backup
     */
    public static GptReadResult read(BlockDevice disk, SectorSize sectorSize) throws IOException {
        return new GptReader(disk, sectorSize).read();
    }

    private GptReadResult read() throws IOException {
        ProtectiveMbr.check(disk);
        try {
            return withBackupChecked(readPrimary());
        } catch (IOException primaryFault) {
            try {
                return new GptReadResult(readBackup(new Lba(sectors - 1)), true, List.of(primaryFault));
            } catch (IOException backupFault) {
                primaryFault.addSuppressed(backupFault);
                throw primaryFault;
            }
        }
    }

    private GptReadResult withBackupChecked(GptTable primary) {
        try {
            var backup = readBackup(primary.geometry().backupHeader());
            var same = backup.diskGuid().equals(primary.diskGuid())
                    && backup.entries().equals(primary.entries());
            return new GptReadResult(
                    primary,
                    false,
                    same ? List.of() : List.of(malformed(primary.geometry().backupHeader(), "differs from primary")));
        } catch (IOException backupFault) {
            return new GptReadResult(primary, false, List.of(backupFault));
        }
    }

    private GptTable readPrimary() throws IOException {
        var header = readHeader(GptFormat.PRIMARY_HEADER);
        if (header.alternateLba().value() >= sectors) {
            throw malformed(
                    header.myLba(),
                    "the backup is said to be in " + header.alternateLba() + ", the disk has " + sectors + " sectors");
        }
        return readTable(header, header.entriesLba(), header.alternateLba());
    }

    private GptTable readBackup(Lba lba) throws IOException {
        var header = readHeader(lba);
        if (!header.alternateLba().equals(GptFormat.PRIMARY_HEADER)) {
            throw malformed(lba, "the primary is said to be in " + header.alternateLba());
        }
        var entrySectors = GptFormat.entrySectors(header.entryCount(), sectorSize);
        if (header.entriesLba().compareTo(header.lastUsable()) <= 0
                || header.entriesLba().value() > lba.value() - entrySectors) {
            throw malformed(lba, "the backup entries do not lie between the usable sectors and the header");
        }
        // The backup does not say where the primary entries are. Right before the first usable sector is LBA 2 on the
        // usual disk, and spares boot code in the sectors after the header on the others.
        var primaryEntries = header.firstUsable().value() - entrySectors;
        if (primaryEntries < GptFormat.PRIMARY_ENTRIES.value()) {
            throw malformed(lba, "there is no room for the primary entries before " + header.firstUsable());
        }
        return readTable(header, new Lba(primaryEntries), lba);
    }

    private GptTable readTable(GptHeader header, Lba primaryEntries, Lba backupHeader) throws IOException {
        GptGeometry geometry;
        try {
            geometry = new GptGeometry(
                    sectorSize,
                    primaryEntries,
                    header.entryCount(),
                    header.firstUsable(),
                    header.lastUsable(),
                    backupHeader);
        } catch (IllegalArgumentException e) {
            throw malformed(header.myLba(), String.valueOf(e.getMessage()));
        }
        var array = new byte[header.entryCount() * GptFormat.ENTRY_SIZE];
        var base = header.entriesLba().byteOffset(sectorSize);
        disk.read(base, ByteBuffer.wrap(array));
        if (GptHeader.crc32(array) != header.entriesCrc()) {
            throw new MalformedFormatException(
                    HEADER,
                    "PartitionEntryArrayCRC32",
                    header.myLba().byteOffset(sectorSize) + GptFormat.ENTRIES_CRC,
                    "stored 0x" + Integer.toHexString(header.entriesCrc()) + ", computed 0x"
                            + Integer.toHexString(GptHeader.crc32(array)));
        }
        var entries = GptEntryArray.decode(array, base);
        var fault = GptTable.findFault(geometry, entries);
        if (fault.isPresent()) {
            throw new MalformedFormatException(
                    GptEntryArray.FORMAT,
                    "StartingLBA, EndingLBA",
                    GptEntryArray.offset(base, fault.get().number()) + GptFormat.FIRST_LBA,
                    fault.get().problem());
        }
        return new GptTable(geometry, header.diskGuid(), entries);
    }

    private GptHeader readHeader(Lba lba) throws IOException {
        if (lba.value() >= sectors) {
            throw new MalformedFormatException(
                    HEADER, "device", disk.size().bytes(), "the disk has " + sectors + " sectors, no " + lba);
        }
        var sector = ByteBuffer.allocate(sectorSize.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        disk.read(lba.byteOffset(sectorSize), sector);
        return GptHeader.decode(sector, lba, sectorSize);
    }

    private MalformedFormatException malformed(Lba header, String problem) {
        return new MalformedFormatException(HEADER, "LBAs", header.byteOffset(sectorSize), problem);
    }
}
