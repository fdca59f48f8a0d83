package io.bascule.imagebuilder.source;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;

/**
 * How much the sources of one image may unpack to, all together: archives can say more in a few bytes than a machine that
 * builds has memory and disk for. One thread at a time.
 */
public final class UnpackBudget {
    /** Each is an inode in memory; the largest distributions have half a million files. */
    static final long MAX_ENTRIES = 2_000_000;

    /** Extended attributes are kept in memory, too. */
    static final long MAX_XATTR_BYTES = 256L << 20;

    private static final int SLOTS = 16;
    private static final ByteCount LEAST = ByteCount.ofGiB(16);

    private final long maxEntries;
    private final ByteCount maxBytes;
    private long entries;
    private long bytes;
    private long xattrBytes;

    UnpackBudget(long maxEntries, ByteCount maxBytes) {
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
    }

    /**
     * {@return what is enough for an image that fits its slot, and no more}
     *
     * @param slot what {@code /usr} may take, compressed
     */
    public static UnpackBudget forSlot(ByteCount slot) {
        var bytes = new ByteCount(slot.bytes() > Long.MAX_VALUE / SLOTS ? Long.MAX_VALUE : slot.bytes() * SLOTS);
        return new UnpackBudget(MAX_ENTRIES, bytes.compareTo(LEAST) < 0 ? LEAST : bytes);
    }

    void spendEntry(long at, long sizeOfXattrs) throws MalformedFormatException {
        xattrBytes += sizeOfXattrs;
        if (++entries > maxEntries) {
            throw new MalformedFormatException(
                    TarFormat.NAME, "header", at, "more than " + maxEntries + " entries; an image has fewer files");
        }
        if (xattrBytes > MAX_XATTR_BYTES) {
            throw new MalformedFormatException(
                    TarFormat.NAME,
                    "pax records",
                    at,
                    "extended attributes of more than " + new ByteCount(MAX_XATTR_BYTES));
        }
    }

    /** @param format of what is being unpacked, for the message */
    public void spendBytes(long count, String format, long at) throws MalformedFormatException {
        bytes += count;
        if (bytes > maxBytes.bytes()) {
            throw new MalformedFormatException(
                    format,
                    "contents",
                    at,
                    "the sources unpack to more than " + maxBytes + ", " + SLOTS
                            + " times the slot; if they really are that large, give the board larger sizes.usr");
        }
    }
}
