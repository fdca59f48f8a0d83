package io.bascule.partitionlayout.gpt;

import io.bascule.partitionlayout.Lba;
import io.bascule.partitionlayout.MalformedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SortedMap;
import java.util.TreeMap;

/** The entry array as bytes (UEFI Specification 2.10, section 5.3.3). */
final class GptEntryArray {
    static final String FORMAT = "GPT entry";

    private GptEntryArray() {}

    static byte[] encode(GptTable table) {
        var bytes = new byte[table.geometry().entryCount() * GptFormat.ENTRY_SIZE];
        table.entries().forEach((number, entry) -> encode(entry, slot(bytes, number)));
        return bytes;
    }

    private static void encode(PartitionEntry entry, ByteBuffer target) {
        entry.type().put(target);
        entry.unique().put(target);
        target.putLong(entry.first().value()).putLong(entry.last().value()).putLong(entry.attributes());
        // Code unit by code unit and not through a charset, which would replace unpaired surrogates.
        entry.name().chars().forEach(unit -> target.putChar((char) unit));
    }

    /**
     * @param base where the array stands on the disk, in bytes
     * @return the used entries by number, each well-formed by itself
     */
    static SortedMap<Integer, PartitionEntry> decode(byte[] bytes, long base) throws MalformedFormatException {
        var entries = new TreeMap<Integer, PartitionEntry>();
        for (var number = 1; number <= bytes.length / GptFormat.ENTRY_SIZE; number++) {
            var source = slot(bytes, number);
            var type = Guid.get(source);
            if (!type.equals(Guid.ZERO)) {
                entries.put(number, decode(type, source, offset(base, number)));
            }
        }
        return entries;
    }

    private static PartitionEntry decode(Guid type, ByteBuffer source, long base) throws MalformedFormatException {
        var first = source.getLong(GptFormat.FIRST_LBA);
        var last = source.getLong(GptFormat.LAST_LBA);
        if (first < 0 || last < first) {
            throw new MalformedFormatException(
                    FORMAT,
                    "StartingLBA, EndingLBA",
                    base + GptFormat.FIRST_LBA,
                    "from " + Long.toUnsignedString(first) + " to " + Long.toUnsignedString(last) + " is no range");
        }
        return new PartitionEntry(
                type,
                Guid.get(source.position(GptFormat.UNIQUE_GUID)),
                new Lba(first),
                new Lba(last),
                source.getLong(GptFormat.ATTRIBUTES),
                name(source.position(GptFormat.NAME)));
    }

    private static String name(ByteBuffer source) {
        var name = new StringBuilder();
        for (var i = 0; i < GptFormat.NAME_LENGTH; i++) {
            var unit = source.getChar();
            if (unit == 0) {
                break;
            }
            name.append(unit);
        }
        return name.toString();
    }

    /** {@return where entry {@code number} stands if its array stands at {@code base}, in bytes} */
    static long offset(long base, int number) {
        return base + (number - 1L) * GptFormat.ENTRY_SIZE;
    }

    private static ByteBuffer slot(byte[] bytes, int number) {
        return ByteBuffer.wrap(bytes, (number - 1) * GptFormat.ENTRY_SIZE, GptFormat.ENTRY_SIZE)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
