package io.bascule.partitionlayout.fat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes the sectors at the start of a FAT32 volume (fatgen103, "Boot Sector and BPB", "FAT32 FSInfo"). */
final class BootSector {
    /** Jumps behind the parameter block; readers look at it, nothing runs it. */
    private static final byte[] JUMP = {(byte) 0xEB, 0x58, (byte) 0x90};

    private static final String OEM_NAME = "BASCULE ";
    private static final String TYPE_NAME = "FAT32   ";

    // One MiB a "cylinder": mtools warns about volumes that are no whole number of tracks.
    private static final short SECTORS_PER_TRACK = 32;
    private static final short HEADS = 64;
    private static final byte HARD_DISK = (byte) 0x80;

    private BootSector() {}

    static ByteBuffer encode(FatGeometry geometry, FatOptions options) {
        var sector = ByteBuffer.allocate(geometry.bytesPerSector()).order(ByteOrder.LITTLE_ENDIAN);
        sector.put(0, JUMP);
        sector.put(FatFormat.OEM_NAME, ascii(OEM_NAME));
        sector.putShort(FatFormat.BYTES_PER_SECTOR, (short) geometry.bytesPerSector());
        sector.put(FatFormat.SECTORS_PER_CLUSTER, (byte) geometry.sectorsPerCluster());
        sector.putShort(FatFormat.RESERVED_SECTORS, (short) geometry.reservedSectors());
        sector.put(FatFormat.FAT_COUNT, (byte) geometry.fatCount());
        sector.put(FatFormat.MEDIA, FatFormat.MEDIA_FIXED);
        sector.putShort(FatFormat.SECTORS_PER_TRACK, SECTORS_PER_TRACK);
        sector.putShort(FatFormat.HEADS, HEADS);
        sector.putInt(FatFormat.HIDDEN_SECTORS, (int) options.hiddenSectors());
        sector.putInt(FatFormat.TOTAL_SECTORS_32, (int) geometry.totalSectors());
        sector.putInt(FatFormat.FAT_SECTORS_32, (int) geometry.fatSectors());
        sector.putInt(FatFormat.ROOT_CLUSTER, geometry.rootCluster());
        sector.putShort(FatFormat.FS_INFO, (short) FatFormat.FS_INFO_SECTOR);
        sector.putShort(FatFormat.BACKUP_BOOT, (short) FatFormat.BACKUP_BOOT_SECTOR);
        sector.put(FatFormat.DRIVE_NUMBER, HARD_DISK);
        sector.put(FatFormat.BOOT_SIGNATURE, FatFormat.EXTENDED_BOOT_SIGNATURE);
        sector.putInt(FatFormat.VOLUME_ID, options.volumeId());
        sector.put(FatFormat.LABEL, label(options));
        sector.put(FatFormat.TYPE_NAME, ascii(TYPE_NAME));
        sector.putShort(FatFormat.SIGNATURE_OFFSET, FatFormat.SIGNATURE);
        return sector;
    }

    /**
     * @param free clusters
     * @param next the first free cluster
     */
    static ByteBuffer encodeFsInfo(FatGeometry geometry, int free, int next) {
        var sector = ByteBuffer.allocate(geometry.bytesPerSector()).order(ByteOrder.LITTLE_ENDIAN);
        sector.putInt(0, FatFormat.FS_INFO_LEAD);
        sector.putInt(FatFormat.FS_INFO_STRUCT_OFFSET, FatFormat.FS_INFO_STRUCT);
        sector.putInt(FatFormat.FS_INFO_FREE, free);
        sector.putInt(FatFormat.FS_INFO_NEXT, next);
        sector.putInt(FatFormat.FS_INFO_TRAIL_OFFSET, FatFormat.FS_INFO_TRAIL);
        return sector;
    }

    /** {@return the label as boot sector and root directory hold it, padded with spaces} */
    static byte[] label(FatOptions options) {
        return ascii(options.label()
                + " ".repeat(FatFormat.SHORT_NAME_LENGTH - options.label().length()));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
