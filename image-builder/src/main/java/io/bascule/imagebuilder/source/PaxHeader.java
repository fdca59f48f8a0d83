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
            if (equals == end || equals == space + 1) {
                throw malformed(offset + at, "a record has no key and '='");
            }
            // One character for each byte, so that names of extended attributes keep theirs.
            records.put(
                    new String(body, space + 1, equals - space - 1, StandardCharsets.ISO_8859_1),
                    Arrays.copyOfRange(body, equals + 1, end - 1));
            at = end;
        }
        return new PaxHeader(records);
    }

    /** {@return these records, and those of {@code base} that are not among them} */
    PaxHeader over(PaxHeader base) {
        var both = new TreeMap<>(base.records);
        both.putAll(records);
        return new PaxHeader(both);
    }

    /** {@return the value under {@code key}; null if there is none, or an empty one, which says that the header's counts} */
    byte @Nullable [] bytes(String key) {
        var value = records.get(key);
        return value == null || value.length == 0 ? null : value;
    }

    /** {@return the whole number under {@code key}, or {@code otherwise} if there is none} */
    long number(String key, long otherwise, long offset) throws MalformedFormatException {
        var value = bytes(key);
        if (value == null) {
            return otherwise;
        }
        var text = new String(value, StandardCharsets.UTF_8);
        if (!text.matches("[0-9]{1,18}")) {
            throw malformed(offset, key + " is not a number of at most 18 digits: '" + text + "'");
        }
        return Long.parseLong(text);
    }

    /** @param offset of the header that these records belong to, for messages */
    SortedMap<Name, byte[]> xattrs(long offset) throws MalformedFormatException {
        var xattrs = new TreeMap<Name, byte[]>();
        for (var item : records.entrySet()) {
            if (item.getKey().startsWith(TarFormat.XATTR_PREFIX)) {
                // GNU tar writes the two characters that would be misread in this way.
                var name = item.getKey()
                        .substring(TarFormat.XATTR_PREFIX.length())
                        .replace("%3D", "=")
                        .replace("%25", "%");
                if (name.isEmpty() || name.length() > Name.MAX_LENGTH || name.indexOf('\0') >= 0) {
                    throw malformed(offset, "an extended attribute has the name '" + name + "'");
                }
                if (item.getValue().length > TarFormat.MAX_XATTR) {
                    throw malformed(
                            offset,
                            "the extended attribute " + name + " has " + item.getValue().length + " bytes; Linux has "
                                    + TarFormat.MAX_XATTR);
                }
                xattrs.put(Name.of(name.getBytes(StandardCharsets.ISO_8859_1)), item.getValue());
            }
        }
        return xattrs;
    }

    private static MalformedFormatException malformed(long offset, String problem) {
        return new MalformedFormatException(TarFormat.NAME, "pax extended header", offset, problem);
    }
}
