package io.bascule.partitionlayout.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptGeometry;
import io.bascule.partitionlayout.gpt.Guid;
import io.bascule.partitionlayout.gpt.PartitionAttributes;
import io.bascule.partitionlayout.gpt.PartitionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiskLayoutTest {
    private static final RootHash ROOT_HASH =
            new RootHash("00112233445566778899AABBCCDDEEFF0123456789abcdef0123456789abcdef");
    private static final DiskSizes SIZES = DiskSizes.of(ByteCount.ofMiB(512), ByteCount.ofGiB(1), ByteCount.ofMiB(256));

    private static DiskLayout layout(SectorSize sectorSize) {
        return new DiskLayout(Architecture.X86_64, sectorSize, SIZES);
    }

    /** The last column is how much veritysetup 2.6.1 writes for data of that size. */
    @ParameterizedTest
    @CsvSource({"1, 16384", "127, 1056768", "128, 1064960", "1024, 8462336", "2048, 16916480", "4096, 33824768"})
    void givesHashesTheSpaceThatTheyNeed(long dataMiB, long hashBytes) {
        assertThat(DiskSizes.verityOf(ByteCount.ofMiB(dataMiB))).isEqualTo(new ByteCount(hashBytes).roundUp(1 << 20));
    }

    @ParameterizedTest
    @EnumSource
    void putsThePartitionsOneBehindTheOther(SectorSize sectorSize) {
        var layout = layout(sectorSize);
        assertThat(layout.imagePartitions())
                .extracting(p ->
                        p.number() + " " + p.label() + " " + p.type() + " " + mib(p.offset()) + "+" + mib(p.size()))
                .containsExactly(
                        "1 ESP ESP 1+512", "2 USR-A USR_X86_64 513+1024", "3 USR-A-verity USR_X86_64_VERITY 1537+9");
        assertThat(layout.imageSize()).isEqualTo(ByteCount.ofMiB(1547));
        assertThat(layout.minimumDiskSize()).isEqualTo(ByteCount.ofMiB(1546 + 1024 + 9 + 256 + 1));
    }

    private static long mib(ByteCount size) {
        assertThat(size.bytes() % (1 << 20)).isZero();
        return size.bytes() >> 20;
    }

    @ParameterizedTest
    @EnumSource
    void makesTheTableOfTheImage(SectorSize sectorSize) {
        var layout = layout(sectorSize);
        var table = layout.imageTable("board:1.0", ROOT_HASH);
        assertThat(table.geometry()).isEqualTo(GptGeometry.of(sectorSize, layout.imageSize()));
        assertThat(table.entries()).containsOnlyKeys(1, 2, 3);
        for (var partition : layout.imagePartitions()) {
            var entry = table.entry(partition.number());
            assertThat(entry.name()).isEqualTo(partition.label());
            assertThat(entry.type()).isEqualTo(partition.type().guid());
            assertThat(entry.first().byteOffset(sectorSize))
                    .isEqualTo(partition.offset().bytes());
            assertThat(table.size(entry)).isEqualTo(partition.size());
        }
        assertThat(table.entry(1).attributes()).isZero();
        assertThat(table.entry(2).attributes()).isEqualTo(PartitionAttributes.READ_ONLY);
        assertThat(table.entry(3).attributes()).isEqualTo(PartitionAttributes.READ_ONLY);
    }

    @Test
    void namesTheSlotByItsRootHash() {
        var table = layout(SectorSize.B512).imageTable("board:1.0", ROOT_HASH);
        assertThat(table.entry(2).unique()).hasToString("00112233-4455-6677-8899-aabbccddeeff");
        assertThat(table.entry(3).unique()).hasToString("01234567-89ab-cdef-0123-456789abcdef");
    }

    @Test
    void derivesIdentitiesFromTheRelease() {
        var layout = layout(SectorSize.B512);
        var table = layout.imageTable("board:1.0", ROOT_HASH);
        assertThat(layout.imageTable("board:1.0", ROOT_HASH)).isEqualTo(table);
        var other = layout.imageTable("board:1.1", ROOT_HASH);
        assertThat(other.diskGuid()).isNotEqualTo(table.diskGuid());
        assertThat(other.entry(1).unique()).isNotEqualTo(table.entry(1).unique());
        assertThat(table.diskGuid()).isNotIn(table.entry(1).unique(), Guid.ZERO);
    }

    @Test
    void knowsTheOtherArchitecture() {
        var layout = new DiskLayout(Architecture.ARM64, SectorSize.B512, SIZES);
        assertThat(layout.usr().type()).isEqualTo(PartitionType.USR_ARM64);
        assertThat(layout.usrVerity().type()).isEqualTo(PartitionType.USR_ARM64_VERITY);
    }

    @Test
    void takesTheBoardsSizeForHashesIfItIsEnough() {
        var mib = ByteCount.ofMiB(1);
        assertThat(new DiskSizes(mib, ByteCount.ofGiB(1), ByteCount.ofMiB(12), mib).usrVerity())
                .isEqualTo(ByteCount.ofMiB(12));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DiskSizes(mib, ByteCount.ofGiB(1), ByteCount.ofMiB(8), mib))
                .withMessage("usr verity size 8.0 MiB is too small: the hashes of 1.00 GiB need 9.0 MiB");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, (1 << 20) - 1, (1 << 20) + 4096})
    void refusesSizesThatAreNotWholeMebibytes(long bytes) {
        var size = new ByteCount(bytes);
        var fine = ByteCount.ofMiB(64);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DiskSizes.of(size, fine, fine))
                .withMessageContaining("ESP size " + bytes);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DiskSizes.of(fine, size, fine))
                .withMessageContaining("usr size " + bytes);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DiskSizes.of(fine, fine, size))
                .withMessageContaining("STATE size " + bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0011",
                "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcde",
                "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef0",
                "x0112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef"
            })
    void refusesOtherRootHashes(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RootHash(text))
                .withMessageContaining(text);
    }

    @Test
    void pairsTheSlots() {
        assertThat(Slot.A.other()).isEqualTo(Slot.B);
        assertThat(Slot.B.other()).isEqualTo(Slot.A);
        assertThat(Slot.B.label()).isEqualTo("USR-B");
        assertThat(Slot.B.verityLabel()).isEqualTo("USR-B-verity");
    }
}
