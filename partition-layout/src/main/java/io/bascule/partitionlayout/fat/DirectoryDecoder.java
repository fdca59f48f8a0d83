package io.bascule.partitionlayout.fat;

import io.bascule.partitionlayout.MalformedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToLongFunction;

/** Reads the entries of a directory (fatgen103, "FAT Directory Structure", "Long Directory Entries"). */
final class DirectoryDecoder {
    private static final String FORMAT = "FAT directory";
    private static final int BASE_LENGTH = 8;
    private static final int MAX_ORDER = Math.ceilDiv(FatFormat.MAX_NAME_LENGTH, FatFormat.LONG_UNITS);

    /** What a directory holds. Only the root has a label. */
    record Contents(List<FatEntry> entries, Optional<String> label) {}

    private final ByteBuffer bytes;
    private final IntToLongFunction offsets;
    private final FatGeometry geometry;
    private final List<FatEntry> entries = new ArrayList<>();
    private Optional<String> label = Optional.empty();

    // The long name that is being collected: its units so far, and what the next entry must be for it to go on.
    private String longName = "";
    private int expectedOrder;
    private int checksum;

    private DirectoryDecoder(ByteBuffer bytes, IntToLongFunction offsets, FatGeometry geometry) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        this.offsets = offsets;
        this.geometry = geometry;
    }

    /**
     * @param bytes the whole directory
     * @param offsets tells for a position in it where on the volume that is
     */
    static Contents decode(ByteBuffer bytes, IntToLongFunction offsets, FatGeometry geometry)
            throws MalformedFormatException {
        return new DirectoryDecoder(bytes, offsets, geometry).decode();
    }

    private Contents decode() throws MalformedFormatException {
        for (var at = 0; at + FatFormat.ENTRY_SIZE <= bytes.limit(); at += FatFormat.ENTRY_SIZE) {
            var first = Byte.toUnsignedInt(bytes.get(at));
            if (first == FatFormat.NAME_END) {
                break;
            }
            var attributes = bytes.get(at + FatFormat.ATTRIBUTES) & FatFormat.ATTRIBUTES_MASK;
            if (first == FatFormat.NAME_DELETED) {
                forgetLongName();
            } else if (attributes == FatFormat.ATTRIBUTES_LONG_NAME) {
                collectLongName(at, first);
            } else if ((attributes & FatFormat.ATTRIBUTE_VOLUME_LABEL) != 0) {
                label = Optional.of(text(at, FatFormat.SHORT_NAME_LENGTH));
                forgetLongName();
            } else {
                addEntry(at, attributes);
            }
        }
        return new Contents(List.copyOf(entries), label);
    }

    /**
     * Long-name entries that do not belong together are left behind by systems that know short names only; the
     * specification has them ignored.
     */
    private void collectLongName(int at, int first) {
        var order = first & FatFormat.LONG_ORDER_MASK;
        var sum = Byte.toUnsignedInt(bytes.get(at + FatFormat.LONG_CHECKSUM));
        if ((first & FatFormat.LONG_LAST) != 0) {
            longName = "";
            expectedOrder = order;
            checksum = sum;
        }
        if (order == 0 || order > MAX_ORDER || order != expectedOrder || sum != checksum) {
            forgetLongName();
            return;
        }
        expectedOrder--;
        var units = new StringBuilder();
        for (var i = 0; i < FatFormat.LONG_UNITS; i++) {
            var unit = bytes.getChar(at + FatFormat.longUnitOffset(i));
            if (unit == 0) {
                break;
            }
            units.append(unit);
        }
        longName = units + longName;
    }

    private void forgetLongName() {
        longName = "";
        expectedOrder = 0;
    }

    private void addEntry(int at, int attributes) throws MalformedFormatException {
        var shortName = shortName(at, 0);
        var complete = expectedOrder == 0 && !longName.isEmpty() && checksum == shortChecksum(at);
        var name = complete ? longName : shortName(at, bytes.get(at + FatFormat.CASE));
        forgetLongName();
        if (shortName.equals(".") || shortName.equals("..")) {
            return;
        }
        checkName(name, at);
        var directory = (attributes & FatFormat.ATTRIBUTE_DIRECTORY) != 0;
        var size = directory ? 0 : Integer.toUnsignedLong(bytes.getInt(at + FatFormat.SIZE));
        var cluster = Short.toUnsignedInt(bytes.getShort(at + FatFormat.CLUSTER_LOW));
        if (geometry.type() == FatType.FAT32) {
            cluster |= bytes.getShort(at + FatFormat.CLUSTER_HIGH) << 16;
        }
        if (!geometry.hasCluster(cluster) && (directory || size > 0)) {
            throw new MalformedFormatException(
                    FORMAT,
                    "first cluster of '" + name + "'",
                    offsets.applyAsLong(at) + FatFormat.CLUSTER_LOW,
                    "there is no cluster " + Integer.toUnsignedString(cluster));
        }
        entries.add(new FatEntry(name, shortName, directory, size, cluster));
    }

    /** A name with a separator or a control character could lead its reader to another file. */
    private void checkName(String name, int at) throws MalformedFormatException {
        var bad = name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.chars().anyMatch(c -> c < ' ' || c == '/' || c == '\\');
        if (bad) {
            throw new MalformedFormatException(
                    FORMAT, "name", offsets.applyAsLong(at), "'" + name + "' is not allowed");
        }
    }

    private int shortChecksum(int at) {
        var name = new byte[FatFormat.SHORT_NAME_LENGTH];
        bytes.get(at, name);
        return ShortName.checksum(name);
    }

    /** @param caseBits how Windows NT and Linux note that base or extension are in lower case */
    private String shortName(int at, int caseBits) {
        var base = text(at, BASE_LENGTH);
        if (!base.isEmpty() && base.charAt(0) == FatFormat.NAME_E5) {
            base = (char) FatFormat.NAME_DELETED + base.substring(1);
        }
        var extension = text(at + BASE_LENGTH, FatFormat.SHORT_NAME_LENGTH - BASE_LENGTH);
        if ((caseBits & FatFormat.CASE_LOWER_BASE) != 0) {
            base = base.toLowerCase(Locale.ROOT);
        }
        if ((caseBits & FatFormat.CASE_LOWER_EXTENSION) != 0) {
            extension = extension.toLowerCase(Locale.ROOT);
        }
        return extension.isEmpty() ? base : base + "." + extension;
    }

    private String text(int at, int length) {
        var text = new byte[length];
        bytes.get(at, text);
        return new String(text, StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
