package io.bascule.updateengine.slot;

import io.bascule.partitionlayout.gpt.GptTable;
import io.bascule.partitionlayout.gpt.Guid;
import io.bascule.partitionlayout.gpt.PartitionEntry;
import io.bascule.partitionlayout.layout.Architecture;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.layout.Slot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A partition table with two slots. Slots are told apart by partition type and order on the disk, as systemd-repart tells
 * them; labels and PARTUUIDs say what is in them. Both marks change in memory only.
 *
 * @param table of the whole disk
 * @param a the first slot on the disk
 * @param b the second
 */
public record SlotTable(GptTable table, SlotPartitions a, SlotPartitions b) {

    /**
     * {@return the slots in {@code table}}
     *
     * @throws SlotLayoutException unless it has exactly two partitions of each of the two types
     */
    public static SlotTable of(GptTable table, Architecture architecture) throws SlotLayoutException {
        var usr = ofType(table, architecture.usr().guid());
        var verity = ofType(table, architecture.usrVerity().guid());
        if (usr.size() != 2 || verity.size() != 2) {
            throw new SlotLayoutException("the disk has " + usr.size() + " partitions for /usr and " + verity.size()
                    + " for its hashes, not two of each");
        }
        return new SlotTable(table, slot(Slot.A, usr.get(0), verity.get(0)), slot(Slot.B, usr.get(1), verity.get(1)));
    }

    private static List<Map.Entry<Integer, PartitionEntry>> ofType(GptTable table, Guid type) {
        return table.entries().entrySet().stream()
                .filter(entry -> entry.getValue().type().equals(type))
                .sorted((left, right) ->
                        left.getValue().first().compareTo(right.getValue().first()))
                .toList();
    }

    private static SlotPartitions slot(
            Slot slot, Map.Entry<Integer, PartitionEntry> usr, Map.Entry<Integer, PartitionEntry> verity) {
        return new SlotPartitions(slot, usr.getKey(), usr.getValue(), verity.getKey(), verity.getValue());
    }

    public SlotPartitions slot(Slot slot) {
        return switch (slot) {
            case A -> a;
            case B -> b;
        };
    }

    /** {@return the slot whose PARTUUIDs are the halves of {@code rootHash}, or nothing if neither's or both's are} */
    public Optional<Slot> find(RootHash rootHash) {
        var found = Stream.of(a, b).filter(slot -> slot.claims(rootHash)).toList();
        return found.size() == 1 ? Optional.of(found.getFirst().slot()) : Optional.empty();
    }

    /**
     * {@return the table in which {@code slot} says that it holds nothing whole} No UKI finds it any more: its PARTUUIDs
     * are derived from the disk's own GUID, which no root hash is.
     */
    public GptTable withPartial(Slot slot) {
        var partitions = slot(slot);
        var identity = "bascule:partial:" + table.diskGuid() + ":" + slot;
        return table.withEntry(
                        partitions.usr(),
                        partitions
                                .usrEntry()
                                .withName(SlotPartitions.partial(slot.label()))
                                .withUnique(Guid.nameBased(identity + ":usr")))
                .withEntry(
                        partitions.verity(),
                        partitions
                                .verityEntry()
                                .withName(SlotPartitions.partial(slot.verityLabel()))
                                .withUnique(Guid.nameBased(identity + ":verity")));
    }

    /** {@return the table in which {@code slot} holds the {@code /usr} of {@code rootHash}} */
    public GptTable withComplete(Slot slot, RootHash rootHash) {
        var partitions = slot(slot);
        return table.withEntry(
                        partitions.usr(),
                        partitions.usrEntry().withName(slot.label()).withUnique(rootHash.dataPartition()))
                .withEntry(
                        partitions.verity(),
                        partitions.verityEntry().withName(slot.verityLabel()).withUnique(rootHash.hashPartition()));
    }
}
