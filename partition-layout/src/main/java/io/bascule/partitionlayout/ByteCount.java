package io.bascule.partitionlayout;

import java.util.Locale;

/**
 * A number of bytes, never negative.
 *
 * @param bytes the count, from 0 to {@link Long#MAX_VALUE}
 */
public record ByteCount(long bytes) implements Comparable<ByteCount> {
    public static final ByteCount ZERO = new ByteCount(0);

    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    public ByteCount {
        if (bytes < 0) {
            throw new IllegalArgumentException("a byte count cannot be negative: " + bytes);
        }
    }

    public static ByteCount ofMiB(long mebibytes) {
        return new ByteCount(Math.multiplyExact(mebibytes, MIB));
    }

    public static ByteCount ofGiB(long gibibytes) {
        return new ByteCount(Math.multiplyExact(gibibytes, GIB));
    }

    /**
     * Reads a size as people write it in a board file: digits and one of the binary suffixes K, M, G, T (an {@code i} or
     * {@code iB} behind it is allowed), or digits alone for bytes.
     *
     * @throws IllegalArgumentException if the text is not such a size, or does not fit a {@code long}
     */
    public static ByteCount parse(String text) {
        var digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        var unit = switch (text.substring(digits)) {
            case "", "B" -> 1L;
            case "K", "Ki", "KiB" -> KIB;
            case "M", "Mi", "MiB" -> MIB;
            case "G", "Gi", "GiB" -> GIB;
            case "T", "Ti", "TiB" -> GIB * 1024;
            default -> 0L;
        };
        if (digits == 0 || unit == 0) {
            throw new IllegalArgumentException("not a size: '" + text + "' (write it like 512M or 2G)");
        }
        try {
            return new ByteCount(Math.multiplyExact(Long.parseLong(text.substring(0, digits)), unit));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("too large a size: '" + text + "'", e);
        }
    }

    public ByteCount plus(ByteCount other) {
        return new ByteCount(Math.addExact(bytes, other.bytes));
    }

    /** {@return this minus {@code other}, which must not be larger} */
    public ByteCount minus(ByteCount other) {
        return new ByteCount(bytes - other.bytes);
    }

    /**
     * {@return the smallest multiple of {@code unit} that is not smaller than this}
     *
     * @param unit in bytes, positive
     */
    public ByteCount roundUp(long unit) {
        return new ByteCount(Math.multiplyExact(Math.ceilDiv(bytes, unit), unit));
    }

    @Override
    public int compareTo(ByteCount other) {
        return Long.compare(bytes, other.bytes);
    }

    /** {@return the size for people: {@code 4096 B}, {@code 20.3 MiB}} */
    @Override
    public String toString() {
        if (bytes >= GIB) {
            return String.format(Locale.ROOT, "%.2f GiB", bytes / (double) GIB);
        }
        if (bytes >= MIB) {
            return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) MIB);
        }
        if (bytes >= 10 * KIB) {
            return String.format(Locale.ROOT, "%.1f KiB", bytes / (double) KIB);
        }
        return bytes + " B";
    }
}
