package io.bascule.partitionlayout.gpt;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A partition table in which every partition lies inside the usable sectors and none overlaps another. Two partitions
 * may carry the same {@link PartitionEntry#unique}: that is wrong, but a disk can be like it, and what to do then is for
 * those who look for a partition by it.
 *
 * @param geometry where table and partitions may lie
 * @param diskGuid the disk's own identity
 * @param entries the used entries by their number, counted from 1 as in {@code /dev/sda1}; numbers may be left out
 */
public record GptTable(GptGeometry geometry, Guid diskGuid, SortedMap<Integer, PartitionEntry> entries) {
    public GptTable {
        entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
        var fault = findFault(geometry, entries);
        if (fault.isPresent()) {
            throw new IllegalArgumentException(
                    "partition " + fault.get().number() + " " + fault.get().problem());
        }
    }

    /**
     * {@return the entry of that number}
     *
     * @throws IllegalArgumentException if it is not in use
     */
    public PartitionEntry entry(int number) {
        var entry = entries.get(number);
        if (entry == null) {
            throw new IllegalArgumentException("there is no partition " + number + ", only " + entries.keySet());
        }
        return entry;
    }

    /** {@return this table with entry {@code number} replaced or added} */
    public GptTable withEntry(int number, PartitionEntry entry) {
        var changed = new TreeMap<>(entries);
        changed.put(number, entry);
        return new GptTable(geometry, diskGuid, changed);
    }

    /** {@return the size of a partition of this table} */
    public ByteCount size(PartitionEntry entry) {
        return entry.size(geometry.sectorSize());
    }

    /**
     * {@return the bytes of a partition of this table}
     *
     * @param disk the disk that the table describes
     * @throws IllegalArgumentException if the disk ends before the partition
     */
    public BlockDevice open(BlockDevice disk, PartitionEntry entry) {
        return disk.slice(
                entry.first().byteOffset(geometry.sectorSize()), size(entry).bytes());
    }

    /** What is wrong with an entry, told apart from how it came here: from a caller or from a disk. */
    record Fault(int number, String problem) {}

    static Optional<Fault> findFault(GptGeometry geometry, SortedMap<Integer, PartitionEntry> entries) {
        for (var numbered : entries.entrySet()) {
            var number = numbered.getKey();
            var entry = numbered.getValue();
            if (number < 1 || number > geometry.entryCount()) {
                return Optional.of(new Fault(number, "has no place in an array of " + geometry.entryCount()));
            }
            if (entry.first().compareTo(geometry.firstUsable()) < 0
                    || entry.last().compareTo(geometry.lastUsable()) > 0) {
                return Optional.of(new Fault(
                        number,
                        "(" + describe(entry) + ") is outside the usable sectors, " + geometry.firstUsable() + " to "
                                + geometry.lastUsable()));
            }
        }
        var byStart = new ArrayList<>(entries.entrySet());
        byStart.sort(Map.Entry.comparingByValue(Comparator.comparing(PartitionEntry::first)));
        for (var i = 1; i < byStart.size(); i++) {
            var before = byStart.get(i - 1);
            var after = byStart.get(i);
            if (after.getValue().first().compareTo(before.getValue().last()) <= 0) {
                return Optional.of(new Fault(
                        after.getKey(),
                        "(" + describe(after.getValue()) + ") overlaps partition " + before.getKey() + " ("
                                + describe(before.getValue()) + ")"));
            }
        }
        return Optional.empty();
    }

    private static String describe(PartitionEntry entry) {
        return "'" + entry.name() + "', " + entry.first() + " to " + entry.last();
    }
}
