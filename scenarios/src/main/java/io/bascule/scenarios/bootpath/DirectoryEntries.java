package io.bascule.scenarios.bootpath;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.Locale;

/** The bytes of names in directories of FAT (fatgen103, "Long Directory Entries"). */
final class DirectoryEntries {
    static final int SHORT = 11;
    static final int UNITS = 13;

    private static final int[] UNIT_OFFSETS = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    private static final int LONG_NAME = 0x0F;
    private static final int ARCHIVE = 0x20;
    private static final int LAST = 0x40;
    private static final int CHECKSUM = 13;
    private static final short DATE = 46 << 9 | 6 << 5 | 1;

    private DirectoryEntries() {}

    /** {@return the long name that belongs to the short entry {@code last}, or nothing; read backwards, as EDK II does} */
    static String longName(ByteBuffer directory, int last, byte[] alias) {
        var name = new StringBuilder();
        for (var order = 1; order <= last; order++) {
            var at = (last - order) * FatVolume.ENTRY;
            var mark = Byte.toUnsignedInt(directory.get(at));
            if (directory.get(at + 11) != LONG_NAME
                    || (mark & ~LAST) != order
                    || Byte.toUnsignedInt(directory.get(at + CHECKSUM)) != checksum(alias)) {
                return "";
            }
            for (var offset : UNIT_OFFSETS) {
                var unit = directory.getChar(at + offset);
                if (unit == 0) {
                    break;
                }
                name.append(unit);
            }
            if ((mark & LAST) != 0) {
                return name.toString();
            }
        }
        return "";
    }

    static String readable(byte[] alias) {
        var text = latin1(alias);
        var extension = text.substring(8).strip();
        return text.substring(0, 8).strip() + (extension.isEmpty() ? "" : "." + extension);
    }

    static String latin1(byte[] alias) {
        return new String(alias, ISO_8859_1);
    }

    /** {@return a short name that nobody has: six letters, a number, three letters} */
    static String alias(String name, Collection<String> taken) {
        var dot = name.lastIndexOf('.');
        var base = letters(dot < 0 ? name : name.substring(0, dot), 6);
        var extension = dot < 0 ? "" : letters(name.substring(dot + 1), 3);
        for (var number = 1; ; number++) {
            var tail = "~" + number;
            var alias =
                    pad(base.substring(0, Math.min(base.length(), 8 - tail.length())) + tail, 8) + pad(extension, 3);
            if (!taken.contains(alias)) {
                return alias;
            }
        }
    }

    private static String letters(String text, int most) {
        var letters = text.toUpperCase(Locale.ROOT).replaceAll("[ .]", "").replaceAll("[^A-Z0-9$%'_@~`!(){}^#&-]", "_");
        return letters.substring(0, Math.min(most, letters.length()));
    }

    private static String pad(String text, int length) {
        return text + " ".repeat(length - text.length());
    }

    /** {@return the entries of a file, the long name's first} */
    static byte[] encode(String name, String alias, int cluster, long size) {
        var count = Math.ceilDiv(name.length(), UNITS);
        var bytes = ByteBuffer.allocate((count + 1) * FatVolume.ENTRY).order(ByteOrder.LITTLE_ENDIAN);
        for (var order = count; order >= 1; order--) {
            var at = (count - order) * FatVolume.ENTRY;
            bytes.put(at, (byte) (order == count ? order | LAST : order));
            bytes.put(at + 11, (byte) LONG_NAME);
            bytes.put(at + CHECKSUM, (byte) checksum(alias.getBytes(ISO_8859_1)));
            for (var i = 0; i < UNITS; i++) {
                var index = (order - 1) * UNITS + i;
                var unit = index < name.length() ? name.charAt(index) : index == name.length() ? (char) 0 : '\uFFFF';
                bytes.putChar(at + UNIT_OFFSETS[i], unit);
            }
        }
        var at = count * FatVolume.ENTRY;
        bytes.put(at, alias.getBytes(ISO_8859_1)).put(at + 11, (byte) ARCHIVE);
        bytes.putShort(at + 16, DATE).putShort(at + 18, DATE).putShort(at + 24, DATE);
        bytes.putShort(at + 20, (short) (cluster >>> 16))
                .putShort(at + 26, (short) cluster)
                .putInt(at + 28, (int) size);
        return bytes.array();
    }

    static int checksum(byte[] alias) {
        var sum = 0;
        for (var b : alias) {
            sum = (((sum & 1) << 7) + (sum >> 1) + Byte.toUnsignedInt(b)) & 0xFF;
        }
        return sum;
    }
}
