package io.bascule.imagebuilder.source;

import io.bascule.imagebuilder.tree.Name;
import io.bascule.partitionlayout.MalformedFormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of a pax extended header: {@code LENGTH KEY=VALUE\n}, where LENGTH counts the whole record. Values stay
 * bytes, because paths may be in any encoding and extended attributes are binary.
 *
 * @param records by key
 */
record PaxHeader(Map<String, byte[]> records) {
    static final PaxHeader EMPTY = new PaxHeader(Map.of());

    /** @param offset where {@code body} begins in the archive, for messages */
    static PaxHeader parse(byte[] body, long offset) throws MalformedFormatException {
        var records = new TreeMap<String, byte[]>();
        for (var at = 0; at < body.length; ) {
            var space = at;
            while (space < body.length && body[space] >= '0' && body[space] <= '9') {
                space++;
            }
            if (space == at || space - at > 9 || space == body.length || body[space] != ' ') {
                throw malformed(offset + at, "a record does not begin with its length");
            }
            var length = Integer.parseInt(new String(body, at, space - at, StandardCharsets.US_ASCII));
            var end = at + length;
            if (length > body.length - at || end <= space + 2 || body[end - 1] != '\n') {
                throw malformed(offset + at, "a record of " + length + " bytes does not end where it says");
            }
            var equals = space + 1;
            while (equals < end && body[equals] != '=') {
                equals++;
            }
            if (equals == end) {
                throw malformed(offset + at, "a record has no '='");
            }
            records.put(
                    new String(body, space + 1, equals - space - 1, StandardCharsets.UTF_8),
                    Arrays.copyOfRange(body, equals + 1, end - 1));
            at = end;
        }
        return new PaxHeader(records);
    }

    byte @Nullable [] bytes(String key) {
        return records.get(key);
    }

    /** {@return the whole number under {@code key}, or {@code otherwise} if there is none} */
    long number(String key, long otherwise, long offset) throws MalformedFormatException {
        var value = records.get(key);
        if (value == null) {
            return otherwise;
        }
        try {
            var number = Long.parseLong(new String(value, StandardCharsets.US_ASCII));
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The same message as for a negative number follows.
        }
        throw malformed(offset, key + " is not a number: '" + new String(value, StandardCharsets.UTF_8) + "'");
    }

    SortedMap<Name, byte[]> xattrs() {
        var xattrs = new TreeMap<Name, byte[]>();
        records.forEach((key, value) -> {
            if (key.startsWith(TarFormat.XATTR_PREFIX)) {
                xattrs.put(Name.of(key.substring(TarFormat.XATTR_PREFIX.length())), value);
            }
        });
        return xattrs;
    }

    private static MalformedFormatException malformed(long offset, String problem) {
        return new MalformedFormatException(TarFormat.NAME, "pax extended header", offset, problem);
    }
}
