package io.bascule.imagebuilder.source;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

/** Archives byte by byte, right ones and broken ones. */
public final class TarBuilder {
    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();

    /** An entry of a ustar archive with the given fields; {@code change} may break its header before the checksum is made. */
    public TarBuilder entry(char type, byte[] name, byte[] link, byte[] data, Consumer<byte[]> change) {
        var header = new byte[512];
        put(header, 0, name);
        put(header, 100, octal(0644, 7));
        put(header, 108, octal(0, 7));
        put(header, 116, octal(0, 7));
        put(header, 124, octal(data.length, 11));
        put(header, 136, octal(0, 11));
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, bytes("ustar\00000"));
        change.accept(header);
        if (header[148] == 0) {
            Arrays.fill(header, 148, 156, (byte) ' ');
            var sum = 0;
            for (var b : header) {
                sum += b & 0xFF;
            }
            put(header, 148, octal(sum, 6));
            header[154] = 0;
        }
        archive.writeBytes(header);
        archive.writeBytes(data);
        archive.writeBytes(new byte[-data.length & 511]);
        return this;
    }

    public TarBuilder entry(char type, String name, String link, String data) {
        return entry(type, bytes(name), bytes(link), bytes(data), header -> {});
    }

    public TarBuilder file(String name, String data) {
        return entry('0', name, "", data);
    }

    public TarBuilder file(String name, Consumer<byte[]> change) {
        return entry('0', bytes(name), new byte[0], new byte[0], change);
    }

    public TarBuilder directory(String name, int mode) {
        return entry('5', bytes(name), new byte[0], new byte[0], header -> put(header, 100, octal(mode, 7)));
    }

    public TarBuilder link(String name, String target) {
        return entry('2', name, target, "");
    }

    public TarBuilder hardLink(String name, String target) {
        return entry('1', name, target, "");
    }

    /** The records of a pax header for the next entry: key, value, key, value. */
    public TarBuilder pax(Object... records) {
        return rawPax('x', paxBody(records));
    }

    public TarBuilder globalPax(Object... records) {
        return rawPax('g', paxBody(records));
    }

    public TarBuilder rawPax(char type, byte[] body) {
        return entry(type, bytes("pax"), new byte[0], body, header -> {});
    }

    public TarBuilder raw(byte[] bytes) {
        archive.writeBytes(bytes);
        return this;
    }

    /** {@return the archive without its end} */
    public byte[] unended() {
        return archive.toByteArray();
    }

    public byte[] end() {
        archive.writeBytes(new byte[1024]);
        return archive.toByteArray();
    }

    /** Gives every header in {@code archive} the right checksum. */
    public static byte[] mend(byte[] archive) {
        for (var at = 0; at + TarFormat.BLOCK <= archive.length; at += TarFormat.BLOCK) {
            if (archive[at + TarFormat.MAGIC_OFFSET] == 'u') {
                mend(archive, at);
            }
        }
        return archive;
    }

    private static void mend(byte[] archive, int at) {
        var checksum = at + TarFormat.CHECKSUM_OFFSET;
        Arrays.fill(archive, checksum, checksum + TarFormat.CHECKSUM_LENGTH, (byte) ' ');
        var sum = 0;
        for (var i = at; i < at + TarFormat.BLOCK; i++) {
            sum += archive[i] & 0xFF;
        }
        put(archive, checksum, octal(sum, 6));
        archive[checksum + 6] = 0;
    }

    static void put(byte[] header, int at, byte[] field) {
        System.arraycopy(field, 0, header, at, field.length);
    }

    static byte[] octal(long value, int digits) {
        return bytes(String.format(Locale.ROOT, "%0" + digits + "o", value));
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] paxBody(Object... records) {
        var body = new ByteArrayOutputStream();
        for (var i = 0; i < records.length; i += 2) {
            var key = bytes((String) records[i]);
            var value = records[i + 1] instanceof byte[] raw ? raw : bytes((String) records[i + 1]);
            var rest = key.length + value.length + 3;
            var length = rest + Integer.toString(rest).length();
            length = rest + Integer.toString(length).length();
            body.writeBytes(bytes(length + " "));
            body.writeBytes(key);
            body.write('=');
            body.writeBytes(value);
            body.write('\n');
        }
        return body.toByteArray();
    }
}
