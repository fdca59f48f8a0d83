package io.bascule.partitionlayout.gpt;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The MBR that tells old tools to keep off (UEFI Specification 2.10, section 5.2.3). It is 512 bytes on every disk. */
final class ProtectiveMbr {
    private static final int ALL_SECTORS = 0xFFFF_FFFF;

    private ProtectiveMbr() {}

    /** @param sectors how many the disk has */
    static ByteBuffer encode(long sectors) {
        var mbr = ByteBuffer.allocate(GptFormat.MBR_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        mbr.position(GptFormat.MBR_PARTITIONS);
        // Not bootable; from cylinder 0, head 0, sector 2; to the largest CHS there is, as for every disk over 8 GB:
        // smaller disks are not worth a geometry.
        mbr.put(new byte[] {0, 0, 2, 0, GptFormat.MBR_TYPE_PROTECTIVE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF});
        mbr.putInt(1).putInt((int) Math.min(sectors - 1, Integer.toUnsignedLong(ALL_SECTORS)));
        mbr.putShort(GptFormat.MBR_SIGNATURE_OFFSET, GptFormat.MBR_SIGNATURE);
        return mbr.clear();
    }

    static void check(BlockDevice disk) throws IOException {
        if (disk.size().bytes() < GptFormat.MBR_SIZE) {
            throw new MalformedFormatException(
                    "MBR", "device", 0, "a disk of " + disk.size().bytes() + " bytes has none");
        }
        var mbr = ByteBuffer.allocate(GptFormat.MBR_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        disk.read(0, mbr);
        if (mbr.getShort(GptFormat.MBR_SIGNATURE_OFFSET) != GptFormat.MBR_SIGNATURE) {
            throw new MalformedFormatException(
                    "MBR", "Signature", GptFormat.MBR_SIGNATURE_OFFSET, "there is no 0x55 0xaa");
        }
        // Any of the four, because hybrid MBRs put it elsewhere.
        for (var i = 0; i < GptFormat.MBR_PARTITION_COUNT; i++) {
            var type = GptFormat.MBR_PARTITIONS + i * GptFormat.MBR_PARTITION_SIZE + GptFormat.MBR_PARTITION_TYPE;
            if (mbr.get(type) == GptFormat.MBR_TYPE_PROTECTIVE) {
                return;
            }
        }
        throw new MalformedFormatException(
                "MBR",
                "OSType",
                GptFormat.MBR_PARTITIONS,
                "no partition is of the protective type 0xee: not a GPT disk");
    }
}
