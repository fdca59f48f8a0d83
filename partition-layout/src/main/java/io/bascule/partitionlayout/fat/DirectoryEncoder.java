package io.bascule.partitionlayout.fat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes directory entries one after the other (fatgen103, "FAT Directory Structure"). */
final class DirectoryEncoder {
    private static final char PADDING = 0xFFFF;

    private final ByteBuffer target;
    private final FatOptions options;

    /** @param target a whole directory, zero */
    DirectoryEncoder(ByteBuffer target, FatOptions options) {
        this.target = target.order(ByteOrder.LITTLE_ENDIAN);
        this.options = options;
    }

    /** {@return how many entries a child of that name takes} */
    static int entriesFor(String name, ShortName shortName) {
        return 1 + longEntries(name, shortName);
    }

    private static int longEntries(String name, ShortName shortName) {
        return shortName.toString().equals(name) ? 0 : Math.ceilDiv(name.length(), FatFormat.LONG_UNITS);
    }

    void label() {
        entry(BootSector.label(options), FatFormat.ATTRIBUTE_VOLUME_LABEL, 0, 0);
    }

    /** @param parent the parent's first cluster, 0 if that is the root */
    void dots(int self, int parent) {
        entry(ShortName.DOT.bytes(), FatFormat.ATTRIBUTE_DIRECTORY, self, 0);
        entry(ShortName.DOT_DOT.bytes(), FatFormat.ATTRIBUTE_DIRECTORY, parent, 0);
    }

    void directory(String name, ShortName shortName, int cluster) {
        longName(name, shortName);
        entry(shortName.bytes(), FatFormat.ATTRIBUTE_DIRECTORY, cluster, 0);
    }

    /** @param cluster the first one, 0 if the file is empty */
    void file(String name, ShortName shortName, int cluster, long size) {
        longName(name, shortName);
        entry(shortName.bytes(), FatFormat.ATTRIBUTE_ARCHIVE, cluster, size);
    }

    private void longName(String name, ShortName shortName) {
        var count = longEntries(name, shortName);
        var checksum = (byte) ShortName.checksum(shortName.bytes());
        for (var order = count; order >= 1; order--) {
            var entry = next();
            entry.put(0, (byte) (order == count ? order | FatFormat.LONG_LAST : order));
            entry.put(FatFormat.ATTRIBUTES, (byte) FatFormat.ATTRIBUTES_LONG_NAME);
            entry.put(FatFormat.LONG_CHECKSUM, checksum);
            for (var i = 0; i < FatFormat.LONG_UNITS; i++) {
                entry.putChar(FatFormat.longUnitOffset(i), unit(name, (order - 1) * FatFormat.LONG_UNITS + i));
            }
        }
    }

    /** {@return the code unit; one NUL behind the name, then padding} */
    private static char unit(String name, int index) {
        if (index < name.length()) {
            return name.charAt(index);
        }
        return index == name.length() ? 0 : PADDING;
    }

    private void entry(byte[] shortName, int attributes, int cluster, long size) {
        var entry = next();
        entry.put(0, shortName);
        entry.put(FatFormat.ATTRIBUTES, (byte) attributes);
        entry.putShort(FatFormat.CREATION_TIME, options.time());
        entry.putShort(FatFormat.CREATION_DATE, options.date());
        entry.putShort(FatFormat.ACCESS_DATE, options.date());
        entry.putShort(FatFormat.WRITE_TIME, options.time());
        entry.putShort(FatFormat.WRITE_DATE, options.date());
        entry.putShort(FatFormat.CLUSTER_HIGH, (short) (cluster >>> 16));
        entry.putShort(FatFormat.CLUSTER_LOW, (short) cluster);
        entry.putInt(FatFormat.SIZE, (int) size);
    }

    private ByteBuffer next() {
        var entry = target.slice(target.position(), FatFormat.ENTRY_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        target.position(target.position() + FatFormat.ENTRY_SIZE);
        return entry;
    }
}
