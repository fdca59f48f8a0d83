package io.bascule.partitionlayout.fat;

import io.bascule.partitionlayout.SectorSize;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * What a new volume is besides its files.
 *
 * @param label 1 to 11 characters: capital letters, digits, space inside, {@code -} and {@code _}
 * @param volumeId the serial number; derive it from what identifies the image
 * @param timestamp every file's time of creation, change and last access, 1980 to 2107 in UTC; FAT counts two seconds,
 *     odd ones are rounded down
 * @param hiddenSectors where on its disk the partition begins, in sectors, 0 to 4294967295
 * @param sectorSize of the disk
 */
public record FatOptions(String label, int volumeId, Instant timestamp, long hiddenSectors, SectorSize sectorSize) {
    private static final int FIRST_YEAR = 1980;
    private static final int LAST_YEAR = 2107;

    public FatOptions {
        if (!label.matches("[A-Z0-9_-]([A-Z0-9 _-]{0,9}[A-Z0-9_-])?")) {
            throw new IllegalArgumentException("not a label for a FAT volume: '" + label
                    + "' (1 to 11 capital letters, digits, '-', '_', spaces inside)");
        }
        if (hiddenSectors < 0 || hiddenSectors > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("hidden sectors " + hiddenSectors + " do not fit 32 bits");
        }
        var year = timestamp.atOffset(ZoneOffset.UTC).getYear();
        if (year < FIRST_YEAR || year > LAST_YEAR) {
            throw new IllegalArgumentException(
                    "FAT cannot express " + timestamp + ", only " + FIRST_YEAR + " to " + LAST_YEAR);
        }
    }

    /** {@return the timestamp's day as directory entries have it} */
    short date() {
        var time = LocalDateTime.ofInstant(timestamp, ZoneOffset.UTC);
        return (short) (((time.getYear() - FIRST_YEAR) << 9) | (time.getMonthValue() << 5) | time.getDayOfMonth());
    }

    /** {@return the timestamp's time of day as directory entries have it} */
    short time() {
        var time = LocalDateTime.ofInstant(timestamp, ZoneOffset.UTC);
        return (short) ((time.getHour() << 11) | (time.getMinute() << 5) | (time.getSecond() / 2));
    }
}
