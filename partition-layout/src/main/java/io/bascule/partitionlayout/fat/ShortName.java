package io.bascule.partitionlayout.fat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The eleven bytes by which a directory entry is known to systems without long names: "NAME    EXT". */
final class ShortName {
    static final ShortName DOT = new ShortName(".", "");
    static final ShortName DOT_DOT = new ShortName("..", "");

    private static final int BASE_LENGTH = 8;
    private static final int EXTENSION_LENGTH = 3;
    private static final String SPECIALS = "$%'-_@~`!(){}^#&";

    private final String base;
    private final String extension;

    private ShortName(String base, String extension) {
        this.base = base;
        this.extension = extension;
    }

    /** {@return the short name that says the same as {@code name} except for its case, if there is one} */
    static Optional<ShortName> of(String name) {
        var dot = name.indexOf('.');
        var base = dot < 0 ? name : name.substring(0, dot);
        var extension = dot < 0 ? "" : name.substring(dot + 1);
        var fits = !base.isEmpty()
                && base.length() <= BASE_LENGTH
                && extension.length() <= EXTENSION_LENGTH
                && (dot < 0 || !extension.isEmpty())
                && allowed(base)
                && allowed(extension);
        return fits
                ? Optional.of(new ShortName(base.toUpperCase(Locale.ROOT), extension.toUpperCase(Locale.ROOT)))
                : Optional.empty();
    }

    /**
     * {@return the alias {@code number} for a name that no short name can say: {@code LINUX~1.EFI}}
     *
     * @param number 1 to 999999
     */
    static ShortName alias(String name, int number) {
        var visible = name.replaceFirst("^[. ]+", "");
        var dot = visible.lastIndexOf('.');
        var tail = "~" + number;
        var base = replaced(dot < 0 ? visible : visible.substring(0, dot));
        var extension = dot < 0 ? "" : replaced(visible.substring(dot + 1));
        return new ShortName(
                base.substring(0, Math.min(base.length(), BASE_LENGTH - tail.length())) + tail,
                extension.substring(0, Math.min(extension.length(), EXTENSION_LENGTH)));
    }

    private static String replaced(String part) {
        var result = new StringBuilder();
        part.chars().filter(c -> c != ' ' && c != '.').forEach(c -> {
            result.append(allowed((char) c) ? (char) c : '_');
        });
        return result.toString().toUpperCase(Locale.ROOT);
    }

    private static boolean allowed(String part) {
        return part.chars().allMatch(c -> allowed((char) c));
    }

    private static boolean allowed(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || SPECIALS.indexOf(c) >= 0;
    }

    byte[] bytes() {
        var bytes = new byte[FatFormat.SHORT_NAME_LENGTH];
        Arrays.fill(bytes, (byte) ' ');
        System.arraycopy(base.getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, base.length());
        System.arraycopy(extension.getBytes(StandardCharsets.US_ASCII), 0, bytes, BASE_LENGTH, extension.length());
        return bytes;
    }

    /** {@return what ties the entries of a long name to the short one behind them} */
    static int checksum(byte[] shortName) {
        var sum = 0;
        for (var b : shortName) {
            sum = (((sum & 1) << 7) + (sum >> 1) + Byte.toUnsignedInt(b)) & 0xFF;
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ShortName name && base.equals(name.base) && extension.equals(name.extension);
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** {@return the name as people write it: {@code LINUX~1.EFI}} */
    @Override
    public String toString() {
        return extension.isEmpty() ? base : base + "." + extension;
    }
}
