package io.bascule.scenarios.script;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptTable;
import io.bascule.partitionlayout.gpt.PartitionEntry;
import io.bascule.qemuharness.trace.DiskEvent;
import java.util.Locale;
import java.util.function.Predicate;

/** A moment in the life of a host, as its disk sees it. */
public enum Moment {
    /** The table says that the other slot is partial. */
    SLOT_IS_MARKED_PARTIAL("the other slot is marked as partial"),

    /** Something is in the other slot. */
    SLOT_IS_WRITTEN("half of the other slot is written"),

    /** The UKI comes onto the ESP. */
    UKI_IS_WRITTEN("the new UKI is written"),

    /** The table says what is in the other slot. */
    SLOT_IS_MARKED_COMPLETE("the other slot is marked as complete"),

    /** The new boot entry gets its name, and behind it comes the state. */
    ENTRY_IS_ARMED("the new boot entry gets its name"),

    /** Something on the ESP changes: a try is counted, or an entry blessed. */
    ESP_IS_CHANGED("something is written to the ESP"),

    /** The table changes. */
    TABLE_IS_CHANGED("the partition table is written"),

    /** At the first boot, the file system of STATE is being made. */
    STATE_IS_WRITTEN("STATE is being made");

    private static final int PRIMARY_HEADER = 512;
    private static final ByteCount LARGE = ByteCount.ofMiB(32);
    private static final int UKI_BYTES = 8 << 20;
    private static final int STATE_BYTES = 256 << 10;

    private final String text;

    Moment(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }

    /** {@return a name for a case of a matrix} */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * {@return a watcher that holds once the moment has come, counted from its making}
     *
     * @param table of the disk before
     */
    Predicate<DiskEvent> watcher(GptTable table) {
        return switch (this) {
            case TABLE_IS_CHANGED, SLOT_IS_MARKED_PARTIAL -> tableWrites(1);
            case SLOT_IS_MARKED_COMPLETE -> tableWrites(2);
            case SLOT_IS_WRITTEN -> bytesIn(find(table, "USR-B"), LARGE.bytes());
            case UKI_IS_WRITTEN -> bytesIn(find(table, "ESP"), UKI_BYTES);
            case ESP_IS_CHANGED -> bytesIn(find(table, "ESP"), 1);
            case STATE_IS_WRITTEN -> bytesBehind(table, STATE_BYTES);
            case ENTRY_IS_ARMED -> {
                var complete = tableWrites(2);
                var changed = bytesIn(find(table, "ESP"), 1);
                var seen = new boolean[1];
                yield event -> {
                    seen[0] = seen[0] || complete.test(event);
                    return seen[0] && changed.test(event);
                };
            }
        };
    }

    /** Holds from the write on that is the {@code number}th to the primary header of the table. */
    private static Predicate<DiskEvent> tableWrites(int number) {
        var seen = new int[1];
        return event -> {
            if (event instanceof DiskEvent.Write write
                    && write.position() <= PRIMARY_HEADER
                    && write.position() + write.data().length > PRIMARY_HEADER) {
                seen[0]++;
            }
            return seen[0] >= number;
        };
    }

    private static Predicate<DiskEvent> bytesIn(PartitionEntry partition, long count) {
        var first = partition.first().byteOffset(SectorSize.B512);
        var end = (partition.last().value() + 1) * SectorSize.B512.bytes();
        var seen = new long[1];
        return event -> {
            if (event instanceof DiskEvent.Write write && write.position() >= first && write.position() < end) {
                seen[0] += write.data().length;
            }
            return seen[0] >= count;
        };
    }

    /** Of a disk that has not booted yet: STATE is made behind everything, and before the table speaks of it. */
    private static Predicate<DiskEvent> bytesBehind(GptTable table, long count) {
        var end = table.entries().values().stream()
                .mapToLong(entry -> (entry.last().value() + 1) * SectorSize.B512.bytes())
                .max()
                .orElseThrow();
        var seen = new long[1];
        return event -> {
            if (event instanceof DiskEvent.Write write && write.position() >= end) {
                seen[0] += write.data().length;
            }
            return seen[0] >= count;
        };
    }

    private static PartitionEntry find(GptTable table, String label) {
        return table.entries().values().stream()
                .filter(entry -> entry.name().equals(label) || entry.name().startsWith(label + "-partial"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the disk has no partition " + label));
    }
}
