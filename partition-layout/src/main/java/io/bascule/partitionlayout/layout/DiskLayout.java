package io.bascule.partitionlayout.layout;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.Lba;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptGeometry;
import io.bascule.partitionlayout.gpt.GptTable;
import io.bascule.partitionlayout.gpt.Guid;
import io.bascule.partitionlayout.gpt.PartitionAttributes;
import io.bascule.partitionlayout.gpt.PartitionEntry;
import io.bascule.partitionlayout.gpt.PartitionType;
import java.util.List;
import java.util.TreeMap;

/**
 * Where the partitions of a board's disks lie. The image that people download ends after slot A; on first boot
 * systemd-repart moves the backup table to the disk's end and adds slot B and STATE behind.
 */
public record DiskLayout(Architecture architecture, SectorSize sectorSize, DiskSizes sizes) {
    /** The label of the EFI system partition. */
    public static final String ESP_LABEL = "ESP";

    /** The label of the partition for everything that outlives updates, made at first boot. */
    public static final String STATE_LABEL = "STATE";

    /** {@return the EFI system partition, the first of the disk} */
    public PlannedPartition esp() {
        return new PlannedPartition(1, ESP_LABEL, PartitionType.ESP, new ByteCount(DiskSizes.ALIGNMENT), sizes.esp());
    }

    /** {@return the partition in the image for the file system, slot A's} */
    public PlannedPartition usr() {
        return new PlannedPartition(2, Slot.A.label(), architecture.usr(), esp().end(), sizes.usr());
    }

    /** {@return the partition in the image for the hashes, slot A's} */
    public PlannedPartition usrVerity() {
        return new PlannedPartition(3, Slot.A.verityLabel(), architecture.usrVerity(), usr().end(), sizes.usrVerity());
    }

    /** {@return the size of the image: up to slot A's end, the backup table, rounded up to 1 MiB} */
    public ByteCount imageSize() {
        return usrVerity().end().plus(GptGeometry.backupSize(sectorSize)).roundUp(DiskSizes.ALIGNMENT);
    }

    /** {@return the smallest disk that a host can have: both slots and a STATE of the minimal size fit} */
    public ByteCount minimumDiskSize() {
        return usrVerity()
                .end()
                .plus(sizes.usr())
                .plus(sizes.usrVerity())
                .plus(sizes.stateMinimum())
                .plus(GptGeometry.backupSize(sectorSize))
                .roundUp(DiskSizes.ALIGNMENT);
    }

    /**
     * {@return the partition table of the image}
     *
     * @param identity what the GUIDs of disk and ESP are derived from: product and version, so that the same release is
     *     the same everywhere and two releases differ
     * @param rootHash of the {@code /usr} in slot A
     */
    public GptTable imageTable(String identity, RootHash rootHash) {
        var entries = new TreeMap<Integer, PartitionEntry>();
        put(entries, esp(), Guid.nameBased(identity + ":esp"), 0);
        put(entries, usr(), rootHash.dataPartition(), PartitionAttributes.READ_ONLY);
        put(entries, usrVerity(), rootHash.hashPartition(), PartitionAttributes.READ_ONLY);
        return new GptTable(GptGeometry.of(sectorSize, imageSize()), Guid.nameBased(identity + ":disk"), entries);
    }

    /** {@return the partitions of the image, in the order in which they lie on the disk} */
    public List<PlannedPartition> imagePartitions() {
        return List.of(esp(), usr(), usrVerity());
    }

    private void put(
            TreeMap<Integer, PartitionEntry> entries, PlannedPartition partition, Guid unique, long attributes) {
        var first = new Lba(partition.offset().bytes() / sectorSize.bytes());
        var last = new Lba(partition.end().bytes() / sectorSize.bytes() - 1);
        entries.put(
                partition.number(),
                new PartitionEntry(partition.type().guid(), unique, first, last, attributes, partition.label()));
    }
}
