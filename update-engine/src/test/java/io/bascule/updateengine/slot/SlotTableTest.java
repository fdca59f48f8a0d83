package io.bascule.updateengine.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.Lba;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptGeometry;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.gpt.GptTable;
import io.bascule.partitionlayout.gpt.GptWriter;
import io.bascule.partitionlayout.gpt.Guid;
import io.bascule.partitionlayout.gpt.PartitionEntry;
import io.bascule.partitionlayout.gpt.PartitionType;
import io.bascule.partitionlayout.layout.Architecture;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.layout.Slot;
import java.io.IOException;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SlotTableTest {
    private static final int DISK_SIZE = 1 << 20;
    private static final RootHash OLD = new RootHash("0123456789abcdef".repeat(4));
    private static final RootHash NEW = new RootHash("fedcba9876543210".repeat(4));

    private final TreeMap<Integer, PartitionEntry> entries = new TreeMap<>();

    /** Numbers in no order: only type and place count. */
    private GptTable host() {
        put(1, PartitionType.ESP, "ESP", 40, Guid.nameBased("esp"));
        put(7, PartitionType.USR_X86_64, "USR-A", 60, OLD.dataPartition());
        put(3, PartitionType.USR_X86_64_VERITY, "USR-A-verity", 80, OLD.hashPartition());
        put(2, PartitionType.USR_X86_64, "USR-B", 100, Guid.nameBased("b"));
        put(9, PartitionType.USR_X86_64_VERITY, "USR-B-verity", 120, Guid.nameBased("bv"));
        put(5, PartitionType.VAR, "STATE", 140, Guid.nameBased("state"));
        return table();
    }

    private void put(int number, PartitionType type, String label, long first, Guid unique) {
        entries.put(number, new PartitionEntry(type.guid(), unique, new Lba(first), new Lba(first + 9), 4, label));
    }

    private GptTable table() {
        return new GptTable(GptGeometry.of(SectorSize.B512, new ByteCount(DISK_SIZE)), Guid.nameBased("disk"), entries);
    }

    @Test
    void slotsAreFoundByTypeAndPlace() throws IOException {
        var slots = SlotTable.of(host(), Architecture.X86_64);
        assertThat(slots.a().usr()).isEqualTo(7);
        assertThat(slots.a().verity()).isEqualTo(3);
        assertThat(slots.b().usr()).isEqualTo(2);
        assertThat(slots.b().verity()).isEqualTo(9);
        assertThat(slots.slot(Slot.A)).isEqualTo(slots.a());
        assertThat(slots.find(OLD)).contains(Slot.A);
        assertThat(slots.find(NEW)).isEmpty();
    }

    @Test
    void labelsSayNothingAboutWhichSlotItIs() throws IOException {
        host();
        put(7, PartitionType.USR_X86_64, "USR-B", 60, OLD.dataPartition());
        put(2, PartitionType.USR_X86_64, "USR-A", 100, Guid.nameBased("b"));
        assertThat(SlotTable.of(table(), Architecture.X86_64).find(OLD)).contains(Slot.A);
    }

    @Test
    void disksWithoutTwoSlots() {
        host();
        assertThatThrownBy(() -> SlotTable.of(table(), Architecture.ARM64)).isInstanceOf(SlotLayoutException.class);
        entries.remove(9);
        assertThatThrownBy(() -> SlotTable.of(table(), Architecture.X86_64))
                .isInstanceOf(SlotLayoutException.class)
                .hasMessage("the disk has 2 partitions for /usr and 1 for its hashes, not two of each");
        put(9, PartitionType.USR_X86_64_VERITY, "USR-B-verity", 120, Guid.nameBased("bv"));
        put(10, PartitionType.USR_X86_64, "USR-C", 160, Guid.nameBased("c"));
        assertThatThrownBy(() -> SlotTable.of(table(), Architecture.X86_64)).isInstanceOf(SlotLayoutException.class);
    }

    @Test
    void sameRootHashInBothSlotsIsInNone() throws IOException {
        host();
        put(2, PartitionType.USR_X86_64, "USR-B", 100, OLD.dataPartition());
        assertThat(SlotTable.of(table(), Architecture.X86_64).find(OLD))
                .as("half of it")
                .contains(Slot.A);
        put(9, PartitionType.USR_X86_64_VERITY, "USR-B-verity", 120, OLD.hashPartition());
        assertThat(SlotTable.of(table(), Architecture.X86_64).find(OLD)).isEmpty();
    }

    @Test
    void partialThenComplete() throws IOException {
        var before = host();
        var slots = SlotTable.of(before, Architecture.X86_64);
        var partial = SlotTable.of(slots.withPartial(Slot.B), Architecture.X86_64);
        assertThat(partial.b().partial()).isTrue();
        assertThat(partial.b().usrEntry().name()).isEqualTo("USR-B-partial");
        assertThat(partial.b().verityEntry().name()).isEqualTo("USR-B-verity-partial");
        assertThat(partial.b().usrEntry().type())
                .as("repart takes it for no other")
                .isEqualTo(PartitionType.USR_X86_64.guid());
        assertThat(partial.b().usrEntry().unique())
                .isNotIn(Guid.nameBased("b"), partial.b().verityEntry().unique());
        assertThat(partial.find(OLD)).contains(Slot.A);
        assertThat(partial.a()).isEqualTo(slots.a());
        assertThat(SlotTable.of(partial.withPartial(Slot.B), Architecture.X86_64)
                        .table())
                .as("once more changes nothing")
                .isEqualTo(partial.table());

        var complete = SlotTable.of(partial.withComplete(Slot.B, NEW), Architecture.X86_64);
        assertThat(complete.b().partial()).isFalse();
        assertThat(complete.b().holds(NEW)).isTrue();
        assertThat(complete.b().holds(OLD)).isFalse();
        assertThat(complete.find(NEW)).contains(Slot.B);
        assertThat(complete.b().usrEntry().attributes())
                .as("other attributes stay")
                .isEqualTo(4);
        for (var number : new int[] {1, 3, 5, 7}) {
            assertThat(complete.table().entry(number)).isEqualTo(before.entry(number));
        }
    }

    /** A label that was not reached before a power cut: both must say whole. */
    @Test
    void halfPartialIsPartial() throws IOException {
        host();
        put(2, PartitionType.USR_X86_64, "USR-B", 100, NEW.dataPartition());
        put(9, PartitionType.USR_X86_64_VERITY, "USR-B-verity-partial", 120, NEW.hashPartition());
        var slots = SlotTable.of(table(), Architecture.X86_64);
        assertThat(slots.b().claims(NEW)).isTrue();
        assertThat(slots.b().holds(NEW)).isFalse();
    }

    @Test
    void marksOutliveTheDisk() throws IOException {
        var disk = new MemoryBlockDevice(DISK_SIZE);
        var slots = SlotTable.of(host(), Architecture.X86_64);
        GptWriter.create(disk, slots.withPartial(Slot.B));
        var read = SlotTable.of(GptReader.read(disk, SectorSize.B512).table(), Architecture.X86_64);
        assertThat(read.b().partial()).isTrue();
        assertThat(read.table()).isEqualTo(slots.withPartial(Slot.B));
    }
}
