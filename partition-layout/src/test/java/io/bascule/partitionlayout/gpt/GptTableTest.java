package io.bascule.partitionlayout.gpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.Lba;
import io.bascule.partitionlayout.SectorSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GptTableTest {
    private final GptTable table = Tables.small(SectorSize.B512);

    @Test
    void leavesTheUsualSectorsToPartitions() {
        var disk = ByteCount.ofMiB(64);
        var of512 = GptGeometry.of(SectorSize.B512, disk);
        assertThat(of512.firstUsable()).isEqualTo(new Lba(34));
        assertThat(of512.lastUsable()).isEqualTo(new Lba(131072 - 34));
        assertThat(of512.backupEntries()).isEqualTo(new Lba(131072 - 33));
        var of4096 = GptGeometry.of(SectorSize.B4096, disk);
        assertThat(of4096.firstUsable()).isEqualTo(new Lba(6));
        assertThat(of4096.lastUsable()).isEqualTo(new Lba(16384 - 6));
    }

    @ParameterizedTest
    @CsvSource({
        "99, 110, overlaps partition 1",
        "50, 60, overlaps partition 1",
        "40, 99, overlaps partition",
        "35, 40, overlaps partition",
        "110, 120, overlaps partition",
        "200, 210, overlaps partition 4",
        "35, 250, overlaps partition",
        "33, 39, outside the usable sectors",
        "201, 2015, outside the usable sectors"
    })
    void refusesPartitionsInWrongPlaces(long first, long last, String problem) {
        var entry = Tables.entry(PartitionType.SWAP, "swap", first, last);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.withEntry(2, entry))
                .withMessageContaining(problem)
                .withMessageContaining(first + " to LBA " + last);
    }

    @Test
    void takesPartitionsThatTouch() {
        assertThat(table.withEntry(2, Tables.entry(PartitionType.SWAP, "swap", 100, 119))
                        .entries())
                .hasSize(3);
        assertThat(table.withEntry(128, Tables.entry(PartitionType.SWAP, "swap", 201, 2014))
                        .entries())
                .hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"0", "129", "-1"})
    void refusesNumbersWithoutPlace(int number) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.withEntry(number, Tables.entry(PartitionType.SWAP, "swap", 300, 310)))
                .withMessageContaining("partition " + number + " has no place");
    }

    @Test
    void countsANameInCodeUnits() {
        var disk = "\uD83D\uDCBE"; // one code point, two code units
        assertThat(disk.codePointCount(0, disk.length())).isEqualTo(1);
        var longest = disk.repeat(18);
        assertThat(Tables.entry(PartitionType.SWAP, longest, 300, 310).name()).isEqualTo(longest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tables.entry(PartitionType.SWAP, longest + "x", 300, 310))
                .withMessageContaining("37 UTF-16 code units");
    }

    @Test
    void refusesEntriesThatAreNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tables.entry(PartitionType.SWAP, "a\0b", 300, 310))
                .withMessageContaining("NUL");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tables.entry(PartitionType.SWAP, "swap", 310, 309))
                .withMessageContaining("before it begins");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PartitionEntry(Guid.ZERO, Guid.ZERO, new Lba(1), new Lba(1), 0, "x"))
                .withMessageContaining("type");
    }

    @Test
    void opensAPartition() throws IOException {
        var disk = Tables.disk(table);
        var entry = table.entry(4);
        try (var partition = table.open(disk, entry)) {
            assertThat(partition.size()).isEqualTo(new ByteCount(81 * 512));
            partition.write(0, ByteBuffer.wrap(new byte[] {42}));
        }
        var written = ByteBuffer.allocate(1);
        disk.read(120 * 512, written);
        assertThat(written.get(0)).isEqualTo((byte) 42);
    }

    @Test
    void refusesDisksWithoutRoom() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GptGeometry.of(SectorSize.B512, new ByteCount(67 * 512)))
                .withMessageContaining("too small");
        assertThat(GptGeometry.of(SectorSize.B512, new ByteCount(68 * 512)).lastUsable())
                .isEqualTo(new Lba(34));
    }
}
