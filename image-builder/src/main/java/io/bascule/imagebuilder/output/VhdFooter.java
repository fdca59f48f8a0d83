package io.bascule.imagebuilder.output;

import io.bascule.partitionlayout.MalformedFormatException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;

/**
 * The 512 bytes that end a VHD, and begin a dynamic one as well.
 *
 * @param size of the disk in bytes
 * @param dynamic whether blocks are there only if they hold something
 * @param headerOffset where the header of a dynamic disk is; -1 for a fixed one
 * @param uuid the disk's identity
 */
record VhdFooter(long size, boolean dynamic, long headerOffset, UUID uuid) {
    /** The time of creation is 0, the year 2000: it would be another at every build. */
    byte[] encode() {
        var geometry = VhdGeometry.of(size);
        var bytes = ByteBuffer.allocate(VhdFormat.SECTOR)
                .put(0, VhdFormat.COOKIE)
                .putInt(VhdFormat.FEATURES, VhdFormat.FEATURES_RESERVED)
                .putInt(VhdFormat.VERSION, VhdFormat.VERSION_1_0)
                .putLong(VhdFormat.DATA_OFFSET, headerOffset)
                .putInt(VhdFormat.TIME_STAMP, 0)
                .put(VhdFormat.CREATOR, VhdFormat.CREATOR_SIZE_COUNTS)
                .putInt(VhdFormat.CREATOR_VERSION, VhdFormat.CREATOR_VERSION_5_3)
                .put(VhdFormat.CREATOR_OS, VhdFormat.WINDOWS)
                .putLong(VhdFormat.ORIGINAL_SIZE, size)
                .putLong(VhdFormat.CURRENT_SIZE, size)
                .putShort(VhdFormat.GEOMETRY, (short) geometry.cylinders())
                .put(VhdFormat.GEOMETRY + 2, (byte) geometry.heads())
                .put(VhdFormat.GEOMETRY + 3, (byte) geometry.sectorsPerTrack())
                .putInt(VhdFormat.DISK_TYPE, dynamic ? VhdFormat.TYPE_DYNAMIC : VhdFormat.TYPE_FIXED)
                .putLong(VhdFormat.UUID, uuid.getMostSignificantBits())
                .putLong(VhdFormat.UUID + Long.BYTES, uuid.getLeastSignificantBits());
        return bytes.putInt(VhdFormat.CHECKSUM, VhdFormat.checksum(bytes.array(), VhdFormat.CHECKSUM))
                .array();
    }

    /** {@return whether {@code sector} begins like a footer} */
    static boolean isOne(byte[] sector) {
        return sector.length == VhdFormat.SECTOR
                && Arrays.equals(sector, 0, VhdFormat.COOKIE.length, VhdFormat.COOKIE, 0, VhdFormat.COOKIE.length);
    }

    /**
     * Reads the current size, whatever geometry says: QEMU's rule for geometry is about disks of one old program.
     *
     * @param sector 512 bytes
     * @param offset where they are in the file
     */
    static VhdFooter decode(byte[] sector, long offset) throws MalformedFormatException {
        var footer = ByteBuffer.wrap(sector);
        require(isOne(sector), "cookie", offset, "not 'conectix'");
        var checksum = VhdFormat.checksum(sector, VhdFormat.CHECKSUM);
        require(
                footer.getInt(VhdFormat.CHECKSUM) == checksum,
                "footer checksum",
                offset + VhdFormat.CHECKSUM,
                String.format(
                        Locale.ROOT, "0x%08x, but the bytes give 0x%08x", footer.getInt(VhdFormat.CHECKSUM), checksum));
        require(
                footer.getInt(VhdFormat.VERSION) >>> 16 == 1,
                "file format version",
                offset + VhdFormat.VERSION,
                String.format(Locale.ROOT, "1.0, not 0x%08x", footer.getInt(VhdFormat.VERSION)));
        var type = footer.getInt(VhdFormat.DISK_TYPE);
        require(
                type != VhdFormat.TYPE_DIFFERENCING,
                "disk type",
                offset + VhdFormat.DISK_TYPE,
                "it is only the difference to another file; merge both with the tool that made them");
        require(
                type == VhdFormat.TYPE_FIXED || type == VhdFormat.TYPE_DYNAMIC,
                "disk type",
                offset + VhdFormat.DISK_TYPE,
                "2 (fixed) or 3 (dynamic), not " + Integer.toUnsignedLong(type));
        var size = footer.getLong(VhdFormat.CURRENT_SIZE);
        require(
                size >= 0 && size % VhdFormat.SECTOR == 0,
                "current size",
                offset + VhdFormat.CURRENT_SIZE,
                "no whole sectors: " + Long.toUnsignedString(size));
        return new VhdFooter(
                size,
                type == VhdFormat.TYPE_DYNAMIC,
                footer.getLong(VhdFormat.DATA_OFFSET),
                new UUID(footer.getLong(VhdFormat.UUID), footer.getLong(VhdFormat.UUID + Long.BYTES)));
    }

    private static void require(boolean holds, String field, long at, String problem) throws MalformedFormatException {
        if (!holds) {
            throw new MalformedFormatException(VhdFormat.NAME, field, at, problem);
        }
    }
}
