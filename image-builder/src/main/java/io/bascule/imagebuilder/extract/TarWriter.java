package io.bascule.imagebuilder.extract;

import io.bascule.imagebuilder.tree.Name;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a tar in the pax format: what the plain header cannot say goes into an extended header, extended attributes as
 * {@code SCHILY.xattr}. Names are bytes, as they are in images; libraries only take text.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">pax, "ustar Interchange Format"</a>
 */
final class TarWriter {
    static final char REGULAR = '0';
    static final char HARD_LINK = '1';
    static final char SYMLINK = '2';
    static final char CHARACTER_DEVICE = '3';
    static final char BLOCK_DEVICE = '4';
    static final char DIRECTORY = '5';
    static final char FIFO = '6';
    private static final char PAX = 'x';

    private static final int BLOCK = 512;
    private static final int NAME_LENGTH = 100;
    private static final int CHECKSUM = 148;
    /** What seven octal digits can say, and eleven. */
    private static final long MAX_SHORT = (1L << 21) - 1;

    private static final long MAX_LONG = (1L << 33) - 1;

    /**
     * One file in the archive.
     *
     * @param path without a slash in front; with one behind if it is a directory
     * @param type one of the constants here
     * @param link what a symbolic link says, or the path of the file that a hard link leads to; else empty
     * @param size of what follows the header
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(
            byte[] path,
            char type,
            int permissions,
            long uid,
            long gid,
            long size,
            Instant modified,
            byte[] link,
            int major,
            int minor,
            SortedMap<Name, byte[]> xattrs) {}

    private final OutputStream out;

    TarWriter(OutputStream out) {
        this.out = out;
    }

    /** Writes an entry with {@code size} bytes of {@code content}. */
    void add(Entry entry, InputStream content) throws IOException {
        var extended = extended(entry);
        if (extended.length > 0) {
            var name = "pax".getBytes(StandardCharsets.US_ASCII);
            var none = new TreeMap<Name, byte[]>();
            writeHeader(new Entry(name, PAX, 0644, 0, 0, extended.length, entry.modified(), new byte[0], 0, 0, none));
            out.write(extended);
            pad(extended.length);
        }
        writeHeader(entry);
        var buffer = new byte[1 << 16];
        for (var rest = entry.size(); rest > 0; ) {
            var count = content.read(buffer, 0, (int) Math.min(rest, buffer.length));
            if (count < 0) {
                throw new IOException("a content ends " + rest + " bytes early");
            }
            out.write(buffer, 0, count);
            rest -= count;
        }
        pad(entry.size());
    }

    /** Ends the archive. */
    void finish() throws IOException {
        out.write(new byte[2 * BLOCK]);
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) (-size & (BLOCK - 1))]);
    }

    private static byte[] extended(Entry entry) {
        var records = new ByteArrayOutputStream();
        if (entry.path().length > NAME_LENGTH) {
            record(records, "path", entry.path());
        }
        if (entry.link().length > NAME_LENGTH) {
            record(records, "linkpath", entry.link());
        }
        number(records, "uid", entry.uid(), MAX_SHORT);
        number(records, "gid", entry.gid(), MAX_SHORT);
        number(records, "size", entry.size(), MAX_LONG);
        var time = entry.modified();
        if (time.getNano() != 0 || time.getEpochSecond() < 0 || time.getEpochSecond() > MAX_LONG) {
            var text = BigDecimal.valueOf(time.getEpochSecond())
                    .add(BigDecimal.valueOf(time.getNano(), 9))
                    .stripTrailingZeros()
                    .toPlainString();
            record(records, "mtime", text.getBytes(StandardCharsets.US_ASCII));
        }
        entry.xattrs().forEach((name, value) -> record(records, "SCHILY.xattr.", name.bytes(), value));
        return records.toByteArray();
    }

    private static void number(ByteArrayOutputStream records, String key, long value, long max) {
        if (value > max) {
            record(records, key, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void record(ByteArrayOutputStream records, String key, byte[] value) {
        record(records, key, new byte[0], value);
    }

    private static void record(ByteArrayOutputStream records, String key, byte[] moreKey, byte[] value) {
        // " " behind the length, "=" and the line feed; the length counts its own digits.
        var rest = key.length() + moreKey.length + value.length + 3;
        var length = rest + Integer.toString(rest).length();
        length = rest + Integer.toString(length).length();
        records.writeBytes((length + " " + key).getBytes(StandardCharsets.US_ASCII));
        records.writeBytes(moreKey);
        records.write('=');
        records.writeBytes(value);
        records.write('\n');
    }

    private void writeHeader(Entry entry) throws IOException {
        var header = new byte[BLOCK];
        put(header, 0, Arrays.copyOf(entry.path(), Math.min(entry.path().length, NAME_LENGTH)));
        octal(header, 100, 7, entry.permissions());
        octal(header, 108, 7, entry.uid() > MAX_SHORT ? 0 : entry.uid());
        octal(header, 116, 7, entry.gid() > MAX_SHORT ? 0 : entry.gid());
        octal(header, 124, 11, entry.size() > MAX_LONG ? 0 : entry.size());
        octal(header, 136, 11, Math.clamp(entry.modified().getEpochSecond(), 0, MAX_LONG));
        header[156] = (byte) entry.type();
        put(header, 157, Arrays.copyOf(entry.link(), Math.min(entry.link().length, NAME_LENGTH)));
        put(header, 257, "ustar\00000".getBytes(StandardCharsets.US_ASCII));
        octal(header, 329, 7, entry.major());
        octal(header, 337, 7, entry.minor());
        Arrays.fill(header, CHECKSUM, CHECKSUM + 8, (byte) ' ');
        var sum = 0;
        for (var b : header) {
            sum += b & 0xFF;
        }
        octal(header, CHECKSUM, 6, sum);
        header[CHECKSUM + 6] = 0;
        out.write(header);
    }

    private static void octal(byte[] header, int at, int digits, long value) {
        var text = Long.toOctalString(value);
        put(header, at, ("0".repeat(digits - text.length()) + text).getBytes(StandardCharsets.US_ASCII));
    }

    private static void put(byte[] header, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
