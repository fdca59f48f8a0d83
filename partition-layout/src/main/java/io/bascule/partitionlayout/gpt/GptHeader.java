package io.bascule.partitionlayout.gpt;

import io.bascule.partitionlayout.Lba;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.SectorSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * One of the two headers (UEFI Specification 2.10, section 5.3.2), its own fields checked and nothing else.
 *
 * @param entriesCrc the CRC-32 that the entry array must have
 */
record GptHeader(
        Lba myLba,
        Lba alternateLba,
        Lba firstUsable,
        Lba lastUsable,
        Guid diskGuid,
        Lba entriesLba,
        int entryCount,
        int entriesCrc) {

    /** {@return the sector that holds this header} */
    ByteBuffer encode(SectorSize sectorSize) {
        var sector = ByteBuffer.allocate(sectorSize.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        sector.putLong(GptFormat.SIGNATURE).putInt(GptFormat.REVISION).putInt(GptFormat.HEADER_SIZE);
        sector.putLong(GptFormat.MY_LBA, myLba.value());
        sector.putLong(GptFormat.ALTERNATE_LBA, alternateLba.value());
        sector.putLong(GptFormat.FIRST_USABLE, firstUsable.value());
        sector.putLong(GptFormat.LAST_USABLE, lastUsable.value());
        diskGuid.put(sector.position(GptFormat.DISK_GUID));
        sector.putLong(GptFormat.ENTRIES_LBA, entriesLba.value());
        sector.putInt(GptFormat.ENTRY_COUNT, entryCount);
        sector.putInt(GptFormat.ENTRY_SIZE_OFFSET, GptFormat.ENTRY_SIZE);
        sector.putInt(GptFormat.ENTRIES_CRC, entriesCrc);
        sector.putInt(GptFormat.HEADER_CRC, headerCrc(sector, GptFormat.HEADER_SIZE));
        return sector.clear();
    }

    /**
     * @param sector a whole sector
     * @param lba where it was read from
     */
    static GptHeader decode(ByteBuffer sector, Lba lba, SectorSize sectorSize) throws MalformedFormatException {
        return new Decoder(sector.order(ByteOrder.LITTLE_ENDIAN), lba.byteOffset(sectorSize)).decode(lba);
    }

    private static int headerCrc(ByteBuffer sector, int headerSize) {
        var covered = new byte[headerSize];
        sector.get(0, covered);
        ByteBuffer.wrap(covered).putInt(GptFormat.HEADER_CRC, 0);
        return crc32(covered);
    }

    static int crc32(byte[] bytes) {
        var crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Reads fields of {@code sector}, which stands at byte {@code base} of the disk. */
    private record Decoder(ByteBuffer sector, long base) {

        GptHeader decode(Lba lba) throws MalformedFormatException {
            if (sector.getLong(0) != GptFormat.SIGNATURE) {
                throw malformed("Signature", 0, "there is no \"EFI PART\"");
            }
            if (sector.getInt(8) != GptFormat.REVISION) {
                throw malformed("Revision", 8, "only 1.0 is known, found " + hex(sector.getInt(8)));
            }
            var headerSize = sector.getInt(12);
            if (headerSize < GptFormat.HEADER_SIZE || headerSize > sector.capacity()) {
                throw malformed(
                        "HeaderSize", 12, "it is from 92 to the sector's, not " + Integer.toUnsignedString(headerSize));
            }
            var crc = headerCrc(sector, headerSize);
            if (crc != sector.getInt(GptFormat.HEADER_CRC)) {
                throw malformed(
                        "HeaderCRC32",
                        GptFormat.HEADER_CRC,
                        "stored " + hex(sector.getInt(GptFormat.HEADER_CRC)) + ", computed " + hex(crc));
            }
            if (sector.getInt(GptFormat.RESERVED) != 0) {
                throw malformed("Reserved", GptFormat.RESERVED, "it must be zero");
            }
            var myLba = lba("MyLBA", GptFormat.MY_LBA);
            if (!myLba.equals(lba)) {
                throw malformed("MyLBA", GptFormat.MY_LBA, "it says " + myLba + " but stands in " + lba);
            }
            var entrySize = sector.getInt(GptFormat.ENTRY_SIZE_OFFSET);
            if (entrySize != GptFormat.ENTRY_SIZE) {
                throw malformed(
                        "SizeOfPartitionEntry",
                        GptFormat.ENTRY_SIZE_OFFSET,
                        "only 128 is supported, found " + Integer.toUnsignedString(entrySize));
            }
            var entryCount = sector.getInt(GptFormat.ENTRY_COUNT);
            if (entryCount < 1 || entryCount > GptFormat.MAX_ENTRY_COUNT) {
                throw malformed(
                        "NumberOfPartitionEntries",
                        GptFormat.ENTRY_COUNT,
                        "only 1 to 1024 are supported, found " + Integer.toUnsignedString(entryCount));
            }
            return new GptHeader(
                    myLba,
                    lba("AlternateLBA", GptFormat.ALTERNATE_LBA),
                    lba("FirstUsableLBA", GptFormat.FIRST_USABLE),
                    lba("LastUsableLBA", GptFormat.LAST_USABLE),
                    Guid.get(sector.position(GptFormat.DISK_GUID)),
                    lba("PartitionEntryLBA", GptFormat.ENTRIES_LBA),
                    entryCount,
                    sector.getInt(GptFormat.ENTRIES_CRC));
        }

        private Lba lba(String field, int offset) throws MalformedFormatException {
            var value = sector.getLong(offset);
            if (value < 0) {
                throw malformed(field, offset, "no disk has sector " + Long.toUnsignedString(value));
            }
            return new Lba(value);
        }

        private MalformedFormatException malformed(String field, int offset, String problem) {
            return new MalformedFormatException("GPT header", field, base + offset, problem);
        }

        private static String hex(int value) {
            return "0x" + Integer.toHexString(value);
        }
    }
}
