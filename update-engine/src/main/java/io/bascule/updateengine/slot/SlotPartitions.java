package io.bascule.updateengine.slot;

import io.bascule.partitionlayout.gpt.PartitionEntry;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.layout.Slot;

/**
 * The two partitions of a slot.
 *
 * @param usr number of the partition for the file system
 * @param verity number of the partition for its dm-verity hashes
 */
public record SlotPartitions(Slot slot, int usr, PartitionEntry usrEntry, int verity, PartitionEntry verityEntry) {
    private static final String PARTIAL_SUFFIX = "-partial";

    /** {@return whether both partitions say that they hold the whole {@code /usr} of that root hash} */
    public boolean holds(RootHash rootHash) {
        return claims(rootHash) && !partial();
    }

    /** {@return whether the PARTUUIDs are those of that root hash, so that its UKI finds these partitions} */
    public boolean claims(RootHash rootHash) {
        return usrEntry.unique().equals(rootHash.dataPartition())
                && verityEntry.unique().equals(rootHash.hashPartition());
    }

    /** {@return whether a label says that an update was begun and did not end} */
    public boolean partial() {
        return usrEntry.name().endsWith(PARTIAL_SUFFIX) || verityEntry.name().endsWith(PARTIAL_SUFFIX);
    }

    static String partial(String label) {
        return label + PARTIAL_SUFFIX;
    }
}
