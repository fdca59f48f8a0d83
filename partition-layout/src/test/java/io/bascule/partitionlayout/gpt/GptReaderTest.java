package io.bascule.partitionlayout.gpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.Lba;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GptReaderTest {
    private static final int SEED = 7001;

    @ParameterizedTest
    @EnumSource(SectorSize.class)
    void readsWhatWasWritten(SectorSize sectorSize) throws IOException {
        var random = new Random(SEED);
        for (var round = 0; round < 100; round++) {
            var size = Tables.DISK_SIZE + random.nextInt(sectorSize.bytes());
            var table = Tables.random(random, sectorSize, size / sectorSize.bytes());
            var bytes = new byte[size];
            GptWriter.create(new MemoryBlockDevice(bytes), table);
            var found = Tables.read(new MemoryBlockDevice(bytes), table);
            assertThat(found.table()).as("seed %d, round %d", SEED, round).isEqualTo(table);
            assertThat(found.recoveredFromBackup()).isFalse();
            assertThat(found.faults()).isEmpty();

            var again = bytes.clone();
            GptWriter.update(new MemoryBlockDevice(again), found, found.table());
            assertThat(again).as("seed %d, round %d", SEED, round).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @EnumSource(SectorSize.class)
    void survivesAnyChangedByteInOneCopy(SectorSize sectorSize) throws IOException {
        var random = new Random(SEED);
        var table = Tables.small(sectorSize);
        var bytes = new byte[Tables.DISK_SIZE];
        var disk = new MemoryBlockDevice(bytes);
        GptWriter.create(disk, table);
        var geometry = table.geometry();
        for (var primary : new boolean[] {true, false}) {
            var header = primary ? GptFormat.PRIMARY_HEADER : geometry.backupHeader();
            var entries = primary ? geometry.primaryEntries() : geometry.backupEntries();
            // Every byte of the header and of the entries in use, and some of the empty ones.
            for (var i = 0; i < GptFormat.HEADER_SIZE + 128 * GptFormat.ENTRY_SIZE; i += i < 700 ? 1 : 61) {
                var at = (int)
                        (i < GptFormat.HEADER_SIZE
                                ? header.byteOffset(sectorSize) + i
                                : entries.byteOffset(sectorSize) + i - GptFormat.HEADER_SIZE);
                var before = bytes[at];
                bytes[at] ^= (byte) (1 + random.nextInt(255));
                var found = Tables.read(disk, table);
                assertThat(found.table()).as("byte %d", at).isEqualTo(table);
                assertThat(found.recoveredFromBackup()).as("byte %d", at).isEqualTo(primary);
                assertThat(found.faults())
                        .as("byte %d", at)
                        .singleElement()
                        .isInstanceOf(MalformedFormatException.class);
                bytes[at] = before;
            }
        }
    }

    @Test
    void repairsTheBrokenCopy() throws IOException {
        var table = Tables.small(SectorSize.B512);
        for (var broken : new Lba[] {GptFormat.PRIMARY_HEADER, table.geometry().backupHeader()}) {
            var disk = Tables.disk(table);
            disk.write(broken.byteOffset(SectorSize.B512), ByteBuffer.allocate(512));
            var found = Tables.read(disk, table);
            assertThat(found.faults()).hasSize(1);
            GptWriter.update(disk, found, found.table());
            assertThat(Tables.read(disk, table)).isEqualTo(new GptReadResult(table, false, List.of()));
        }
    }

    @Test
    void refusesADiskWithBothCopiesBroken() throws IOException {
        var table = Tables.small(SectorSize.B512);
        var disk = Tables.disk(table);
        disk.write(512, ByteBuffer.allocate(8));
        disk.write(Tables.DISK_SIZE - 512 + 16, ByteBuffer.allocate(4));
        assertThatExceptionOfType(MalformedFormatException.class)
                .isThrownBy(() -> Tables.read(disk, table))
                .satisfies(fault -> {
                    assertThat(fault.byteOffset()).isEqualTo(512);
                    assertThat(fault.field()).isEqualTo("Signature");
                    assertThat(fault.getSuppressed()[0])
                            .isInstanceOfSatisfying(
                                    MalformedFormatException.class,
                                    backup -> assertThat(backup.byteOffset()).isEqualTo(Tables.DISK_SIZE - 512 + 16));
                });
    }

    @ParameterizedTest
    @CsvSource({"510, signature", "450, protective"})
    void refusesADiskWithoutProtectiveMbr(int at, String problem) throws IOException {
        var table = Tables.small(SectorSize.B512);
        var disk = Tables.disk(table);
        disk.write(at, ByteBuffer.allocate(1));
        assertThatExceptionOfType(MalformedFormatException.class)
                .isThrownBy(() -> Tables.read(disk, table))
                .withMessageContaining("MBR")
                .satisfies(fault -> assertThat(fault.getMessage()).containsIgnoringCase(problem));
    }

    @Test
    void refusesTheOtherSectorSize() throws IOException {
        var disk = Tables.disk(Tables.small(SectorSize.B512));
        assertThatExceptionOfType(MalformedFormatException.class)
                .isThrownBy(() -> GptReader.read(disk, SectorSize.B4096))
                .withMessageContaining("EFI PART");
    }

    /** Fields that are wrong although the CRC is right: what a careless or hostile tool writes. */
    @ParameterizedTest
    @CsvSource({
        "8, 4, 0x20000, Revision",
        "12, 4, 91, HeaderSize",
        "12, 4, 513, HeaderSize",
        "12, 4, 0xffffffff, HeaderSize",
        "20, 4, 1, Reserved",
        "24, 8, 2, MyLBA",
        "32, 8, 2048, LBAs",
        "32, 8, 0x8000000000000000, AlternateLBA",
        "40, 8, 33, LBAs",
        "40, 8, 2015, LBAs",
        "48, 8, 2015, LBAs",
        "48, 8, 0x7fffffffffffffff, LBAs",
        "48, 8, 150, 'StartingLBA, EndingLBA'",
        "72, 8, 1, LBAs",
        "72, 8, 0x7fffffffffffffff, LBAs",
        "72, 8, 0xffffffffffffffff, PartitionEntryLBA",
        "80, 4, 0, NumberOfPartitionEntries",
        "80, 4, 1025, NumberOfPartitionEntries",
        "80, 4, 0xffffffff, NumberOfPartitionEntries",
        "84, 4, 64, SizeOfPartitionEntry",
        "84, 4, 256, SizeOfPartitionEntry",
        "88, 4, 0, PartitionEntryArrayCRC32"
    })
    void refusesHeadersThatMakeNoSense(int offset, int length, String value, String field) throws IOException {
        var table = Tables.small(SectorSize.B512);
        var disk = Tables.disk(table);
        var header = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        disk.read(512, header);
        var number = value.startsWith("0x") ? Long.parseUnsignedLong(value.substring(2), 16) : Long.parseLong(value);
        if (length == 4) {
            header.putInt(offset, (int) number);
        } else {
            header.putLong(offset, number);
        }
        disk.write(512, sealed(header));
        var found = Tables.read(disk, table);
        assertThat(found.recoveredFromBackup()).isTrue();
        assertThat(found.faults())
                .singleElement()
                .isInstanceOfSatisfying(
                        MalformedFormatException.class,
                        fault -> assertThat(fault.field()).isEqualTo(field));
    }

    private static ByteBuffer sealed(ByteBuffer header) {
        header.putInt(GptFormat.HEADER_CRC, 0);
        var covered = Math.clamp(header.getInt(12), GptFormat.HEADER_SIZE, header.capacity());
        header.putInt(GptFormat.HEADER_CRC, GptHeader.crc32(bytes(header, covered)));
        return header.clear();
    }

    private static byte[] bytes(ByteBuffer sector, int length) {
        var bytes = new byte[length];
        sector.get(0, bytes);
        return bytes;
    }

    @Test
    void takesALargerHeader() throws IOException {
        var table = Tables.small(SectorSize.B512);
        var disk = Tables.disk(table);
        var header = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        disk.read(512, header);
        header.putInt(12, 512);
        disk.write(512, sealed(header));
        assertThat(Tables.read(disk, table).faults()).isEmpty();
    }

    @Test
    void refusesOverlappingEntriesAndTellsWhere() throws IOException {
        var table = Tables.small(SectorSize.B512);
        var disk = Tables.disk(table);
        var array = ByteBuffer.allocate(128 * 128).order(ByteOrder.LITTLE_ENDIAN);
        disk.read(1024, array);
        array.putLong(3 * 128 + GptFormat.FIRST_LBA, 60);
        var header = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        disk.read(512, header);
        header.putInt(GptFormat.ENTRIES_CRC, GptHeader.crc32(array.array()));
        disk.write(1024, array.clear());
        disk.write(512, sealed(header));
        assertThat(Tables.read(disk, table).faults())
                .singleElement()
                .isInstanceOfSatisfying(MalformedFormatException.class, fault -> {
                    assertThat(fault).hasMessageContaining("overlaps partition 1");
                    assertThat(fault.byteOffset()).isEqualTo(1024 + 3 * 128 + GptFormat.FIRST_LBA);
                });
    }

    @Test
    void noticesThatTheCopiesDiffer() throws IOException {
        var table = Tables.small(SectorSize.B512);
        var newer = table.withEntry(4, table.entry(4).withName("USR-B"));
        var disk = Tables.disk(table);
        var newerDisk = Tables.disk(newer);
        var backup = ByteBuffer.allocate(33 * 512);
        newerDisk.read(Tables.DISK_SIZE - backup.capacity(), backup);
        disk.write(Tables.DISK_SIZE - backup.capacity(), backup.flip());
        var found = Tables.read(disk, table);
        assertThat(found.table()).isEqualTo(table);
        assertThat(found.faults()).singleElement().satisfies(f -> assertThat(f).hasMessageContaining("differs"));
    }

    @Test
    void readsAnImageThatWasCopiedToALargerDisk() throws IOException {
        var table = Tables.small(SectorSize.B512);
        var larger = new byte[2 * Tables.DISK_SIZE];
        GptWriter.create(new MemoryBlockDevice(larger), table);
        var found = Tables.read(new MemoryBlockDevice(larger), table);
        assertThat(found).isEqualTo(new GptReadResult(table, false, List.of()));
    }

    @Test
    void recoversWhenThePrimaryCannotBeRead() throws IOException {
        var table = Tables.small(SectorSize.B512);
        var found = Tables.read(new BadSector(Tables.disk(table), 512), table);
        assertThat(found.table()).isEqualTo(table);
        assertThat(found.recoveredFromBackup()).isTrue();
        assertThat(found.faults()).singleElement().satisfies(f -> assertThat(f).hasMessage("bad sector"));
    }

    private record BadSector(BlockDevice disk, long bad) implements BlockDevice {
        @Override
        public ByteCount size() {
            return disk.size();
        }

        @Override
        public void read(long position, ByteBuffer target) throws IOException {
            if (position <= bad && bad < position + target.remaining()) {
                throw new IOException("bad sector");
            }
            disk.read(position, target);
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            disk.write(position, source);
        }

        @Override
        public void flush() throws IOException {
            disk.flush();
        }

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @CsvSource({"0", "511", "512", "1000", "1024", "20000"})
    void refusesWhatIsTooSmallToBeADisk(int size) {
        var bytes = new byte[size];
        ProtectiveMbr.encode(100).get(bytes, 0, Math.min(size, 512));
        assertThatExceptionOfType(MalformedFormatException.class)
                .isThrownBy(() -> GptReader.read(new MemoryBlockDevice(bytes), SectorSize.B512));
    }
}
