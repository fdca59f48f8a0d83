package io.bascule.partitionlayout.gpt;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.Lba;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Whole disks, small ones; the CRCs of both copies are made right again. */
class GptFuzzTest extends FuzzTests {
    @Override
    public String name() {
        return "gpt";
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        return Map.of(
                "sectors-of-512", disk(SectorSize.B512, 8),
                "sectors-of-4096", disk(SectorSize.B4096, 4),
                "many-entries", disk(SectorSize.B512, 128));
    }

    private static byte[] disk(SectorSize sectorSize, int entryCount) throws IOException {
        var arraySectors = GptFormat.entrySectors(entryCount, sectorSize);
        var first = 2 + arraySectors;
        var geometry = new GptGeometry(
                sectorSize,
                GptFormat.PRIMARY_ENTRIES,
                entryCount,
                new Lba(first),
                new Lba(first + 9),
                new Lba(first + 10 + arraySectors));
        var table = new GptTable(
                geometry,
                Guid.nameBased("disk"),
                new TreeMap<>(Map.of(
                        1, Tables.entry(PartitionType.ESP, "ESP", first, first + 3),
                        4, Tables.entry(PartitionType.USR_X86_64, "USR-A \ud83d\ude00", first + 5, first + 9))));
        var disk = new MemoryBlockDevice(
                Math.toIntExact(new ByteCount((first + 11 + arraySectors) * sectorSize.bytes()).bytes()));
        GptWriter.create(disk, table);
        var bytes = new byte[(int) disk.size().bytes()];
        disk.read(0, ByteBuffer.wrap(bytes));
        return bytes;
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes(
                "EFI PART", "\u001b[31m\0", "\0\0\1\0\\\0\0\0", "\u00ff".repeat(8), "\0".repeat(16));
    }

    /** What is read can be written back, which repairs the disk, and reads as the same. */
    @Override
    public void read(byte[] input) throws IOException {
        var disk = new MemoryBlockDevice(input);
        var sectorSize = sectorSize(input);
        var found = GptReader.read(disk, sectorSize);
        for (var fault : found.faults()) {
            assertThat(fault).isInstanceOf(MalformedFormatException.class);
            assertThat(fault.getMessage()).isNotBlank().doesNotContainPattern("\\p{Cntrl}");
        }
        GptWriter.update(disk, found, found.table());
        assertThat(GptReader.read(disk, sectorSize)).satisfies(again -> {
            assertThat(again.table()).isEqualTo(found.table());
            assertThat(again.recoveredFromBackup()).isFalse();
            assertThat(again.faults()).isEmpty();
        });
    }

    @Override
    public void checkRefusal(byte[] input, Exception refusal) {
        assertThat(((MalformedFormatException) refusal).byteOffset()).isBetween(0L, (long) input.length);
    }

    private static SectorSize sectorSize(byte[] disk) {
        return disk.length > 4100 && disk[4096] == 'E' && disk[4097] == 'F' ? SectorSize.B4096 : SectorSize.B512;
    }

    @Override
    public byte[] mend(byte[] input) {
        var sectorSize = sectorSize(input);
        var sectors = input.length / sectorSize.bytes();
        for (var header : new int[] {1, sectors - 1}) {
            if (header > 0 && header < sectors) {
                mend(input, header * sectorSize.bytes(), sectorSize);
            }
        }
        return input;
    }

    private static void mend(byte[] disk, int at, SectorSize sectorSize) {
        var header = ByteBuffer.wrap(disk, at, sectorSize.bytes()).slice().order(ByteOrder.LITTLE_ENDIAN);
        var entries = header.getLong(GptFormat.ENTRIES_LBA);
        var size = Integer.toUnsignedLong(header.getInt(GptFormat.ENTRY_COUNT)) * GptFormat.ENTRY_SIZE;
        if (entries >= 0 && entries < disk.length / sectorSize.bytes()) {
            var from = (int) entries * sectorSize.bytes();
            if (size <= disk.length - from) {
                header.putInt(
                        GptFormat.ENTRIES_CRC, GptHeader.crc32(Arrays.copyOfRange(disk, from, from + (int) size)));
            }
        }
        var headerSize = header.getInt(12);
        if (headerSize >= GptFormat.HEADER_SIZE && headerSize <= sectorSize.bytes()) {
            header.putInt(GptFormat.HEADER_CRC, 0);
            header.putInt(GptFormat.HEADER_CRC, GptHeader.crc32(Arrays.copyOfRange(disk, at, at + headerSize)));
        }
    }
}
