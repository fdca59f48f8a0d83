package io.bascule.partitionlayout.gpt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A 128-bit identifier. There is no way to make a random one: identities are derived from what they identify, so that
 * the same image gets the same identities everywhere.
 *
 * @param high the first sixteen hex digits of the text form
 * @param low the last sixteen hex digits of the text form
 */
public record Guid(long high, long low) {
    /** The GUID of nothing: in a partition entry's type it marks the entry as unused. */
    public static final Guid ZERO = new Guid(0, 0);

    static final int BYTES = 16;

    private static final int HEX_DIGITS = 32;
    private static final Pattern TEXT = Pattern.compile("\\p{XDigit}{8}-(\\p{XDigit}{4}-){3}\\p{XDigit}{12}");

    /**
     * Reads the form {@code c12a7328-f81f-11d2-ba4b-00a0c93ec93b}, in either case.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Guid parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("not a GUID: '" + text + "'");
        }
        return ofHex(text.replace("-", ""));
    }

    /**
     * {@return the GUID whose text form has these digits in this order} Half a dm-verity root hash becomes a partition's
     * GUID like this (Discoverable Partitions Specification, "Verity").
     *
     * @param digits 32 hex digits, in either case
     */
    public static Guid ofHex(String digits) {
        if (digits.length() != HEX_DIGITS) {
            throw new IllegalArgumentException("a GUID has 32 hex digits, not '" + digits + "'");
        }
        try {
            return new Guid(
                    HexFormat.fromHexDigitsToLong(digits, 0, HEX_DIGITS / 2),
                    HexFormat.fromHexDigitsToLong(digits, HEX_DIGITS / 2, HEX_DIGITS));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not hex digits: '" + digits + "'", e);
        }
    }

    /**
     * {@return the GUID that belongs to a name, the same one for ever} It is version 8 of RFC 9562, section 5.8, over the
     * name's SHA-256.
     *
     * @param namespaceAndName what is named and by whom, like {@code bascule:disk:docker:1.2.0}
     */
    public static Guid nameBased(String namespaceAndName) {
        return nameBased(namespaceAndName.getBytes(StandardCharsets.UTF_8));
    }

    static Guid nameBased(byte[] namespaceAndName) {
        var digest = ByteBuffer.wrap(sha256(namespaceAndName));
        var high = (digest.getLong() & ~0xF000L) | 0x8000L;
        var low = (digest.getLong() & ~(3L << 62)) | (2L << 62);
        return new Guid(high, low);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** Takes sixteen bytes as they stand on disk: the first three groups little-endian, the last two as written. */
    static Guid get(ByteBuffer source) {
        var bytes = new byte[BYTES];
        source.get(bytes);
        var little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        var high = (Integer.toUnsignedLong(little.getInt(0)) << 32)
                | (Short.toUnsignedLong(little.getShort(4)) << 16)
                | Short.toUnsignedLong(little.getShort(6));
        return new Guid(high, ByteBuffer.wrap(bytes).getLong(8));
    }

    /** The reverse of {@link #get}. */
    void put(ByteBuffer target) {
        var bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt((int) (high >>> 32)).putShort((short) (high >>> 16)).putShort((short) high);
        bytes.order(ByteOrder.BIG_ENDIAN).putLong(low);
        target.put(bytes.flip());
    }

    /** {@return the text form, in lower case} */
    @Override
    public String toString() {
        var digits = HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
        return String.join(
                "-",
                digits.substring(0, 8),
                digits.substring(8, 12),
                digits.substring(12, 16),
                digits.substring(16, 20),
                digits.substring(20));
    }
}
