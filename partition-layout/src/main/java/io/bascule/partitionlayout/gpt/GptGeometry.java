package io.bascule.partitionlayout.gpt;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.Lba;
import io.bascule.partitionlayout.SectorSize;

/**
 * Where on a disk the table itself lies and what it leaves for partitions.
 *
 * @param sectorSize the unit of every LBA
 * @param primaryEntries where the primary entry array begins; the backup array ends right before the backup header
 * @param entryCount how many entries the array has room for, 1 to 1024
 * @param firstUsable the first sector that a partition may take
 * @param lastUsable the last sector that a partition may take
 * @param backupHeader the last sector of the table; the disk may go on behind it if an image was copied to a larger disk
 */
public record GptGeometry(
        SectorSize sectorSize, Lba primaryEntries, int entryCount, Lba firstUsable, Lba lastUsable, Lba backupHeader) {
    public GptGeometry {
        if (entryCount < 1 || entryCount > GptFormat.MAX_ENTRY_COUNT) {
            throw new IllegalArgumentException(
                    "entry count " + entryCount + " is not from 1 to " + GptFormat.MAX_ENTRY_COUNT);
        }
        var entrySectors = GptFormat.entrySectors(entryCount, sectorSize);
        if (primaryEntries.compareTo(GptFormat.PRIMARY_ENTRIES) < 0
                || primaryEntries.value() > firstUsable.value() - entrySectors
                || lastUsable.compareTo(firstUsable) < 0
                || lastUsable.value() >= backupHeader.value() - entrySectors) {
            throw new IllegalArgumentException("the parts of the table overlap: entries from " + primaryEntries + " ("
                    + entrySectors + " sectors), usable from " + firstUsable + " to " + lastUsable
                    + ", backup header in " + backupHeader);
        }
    }

    /**
     * {@return the usual places on a disk: 128 entries from LBA 2, everything between the two arrays usable}
     *
     * @param diskSize at least as much as the table takes and one sector; a part of a sector at the end is left alone
     */
    public static GptGeometry of(SectorSize sectorSize, ByteCount diskSize) {
        var entrySectors = GptFormat.entrySectors(GptFormat.DEFAULT_ENTRY_COUNT, sectorSize);
        var firstUsable = GptFormat.PRIMARY_ENTRIES.plus(entrySectors);
        var backupHeader = diskSize.bytes() / sectorSize.bytes() - 1;
        var lastUsable = backupHeader - entrySectors - 1;
        if (lastUsable < firstUsable.value()) {
            throw new IllegalArgumentException("a disk of " + diskSize.bytes() + " bytes is too small for a table");
        }
        return new GptGeometry(
                sectorSize,
                GptFormat.PRIMARY_ENTRIES,
                GptFormat.DEFAULT_ENTRY_COUNT,
                firstUsable,
                new Lba(lastUsable),
                new Lba(backupHeader));
    }

    /** {@return how many bytes the backup copy takes behind the last usable sector} */
    public static ByteCount backupSize(SectorSize sectorSize) {
        return new ByteCount(
                (GptFormat.entrySectors(GptFormat.DEFAULT_ENTRY_COUNT, sectorSize) + 1) * sectorSize.bytes());
    }

    Lba backupEntries() {
        return backupHeader.plus(-GptFormat.entrySectors(entryCount, sectorSize));
    }
}
