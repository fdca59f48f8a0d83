package io.bascule.partitionlayout.gpt;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.Lba;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Partition tables to test with. */
final class Tables {
    static final int DISK_SIZE = 1 << 20;

    private Tables() {}

    static PartitionEntry entry(PartitionType type, String name, long first, long last) {
        return new PartitionEntry(type.guid(), Guid.nameBased(name), new Lba(first), new Lba(last), 0, name);
    }

    /** An ESP and a slot, with a gap between them. */
    static GptTable small(SectorSize sectorSize) {
        return new GptTable(
                GptGeometry.of(sectorSize, new ByteCount(DISK_SIZE)),
                Guid.nameBased("disk"),
                new TreeMap<>(Map.of(
                        1, entry(PartitionType.ESP, "ESP", 40, 99),
                        4, entry(PartitionType.USR_X86_64, "USR-A", 120, 200))));
    }

    static MemoryBlockDevice disk(GptTable table) throws IOException {
        var disk = new MemoryBlockDevice(DISK_SIZE);
        GptWriter.create(disk, table);
        return disk;
    }

    /** Any table that can be on a disk of that many sectors. */
    static GptTable random(Random random, SectorSize sectorSize, long sectors) {
        var geometry = GptGeometry.of(sectorSize, new ByteCount(sectors * sectorSize.bytes()));
        var entries = new TreeMap<Integer, PartitionEntry>();
        var next = geometry.firstUsable().value() + random.nextInt(3);
        while (next < geometry.lastUsable().value() && entries.size() < 20) {
            var last = Math.min(geometry.lastUsable().value(), next + random.nextInt(20));
            entries.put(
                    1 + random.nextInt(geometry.entryCount()),
                    new PartitionEntry(
                            new Guid(random.nextLong(), random.nextLong()),
                            new Guid(random.nextLong(), random.nextLong()),
                            new Lba(next),
                            new Lba(last),
                            random.nextLong(),
                            randomName(random)));
            next = last + 1 + (random.nextBoolean() ? random.nextInt(10) : 0);
        }
        return new GptTable(geometry, new Guid(random.nextLong(), random.nextLong()), entries);
    }

    /** Any code units but NUL, unpaired surrogates too. */
    private static String randomName(Random random) {
        return random.ints(random.nextInt(37), 1, 0x10000)
                .collect(StringBuilder::new, (text, unit) -> text.append((char) unit), StringBuilder::append)
                .toString();
    }

    static GptReadResult read(BlockDevice disk, GptTable table) throws IOException {
        return GptReader.read(disk, table.geometry().sectorSize());
    }
}
