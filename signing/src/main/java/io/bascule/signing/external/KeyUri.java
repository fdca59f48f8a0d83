package io.bascule.signing.external;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A URI of the form of RFC 7512: {@code scheme:path?name=value&name=value}, where the path of {@code pkcs11:} has {@code
 * name=value;name=value} itself. Percent signs escape bytes.
 *
 * @param scheme before the colon
 * @param path between colon and question mark, as it was written
 * @param query the attributes behind the question mark, in their order
 */
record KeyUri(String scheme, String path, List<Attribute> query) {
    /**
     * An attribute.
     *
     * @param encoded its value, as it was written
     */
    record Attribute(String name, String encoded) {
        String text() {
            return KeyUri.text(encoded);
        }

        byte[] bytes() {
            return KeyUri.bytes(encoded);
        }
    }

    KeyUri {
        query = List.copyOf(query);
    }

    /** @throws IllegalArgumentException if an attribute has no name and value, or an escape is wrong */
    static KeyUri parse(String text) {
        var colon = text.indexOf(':');
        var mark = text.indexOf('?', colon);
        var path = mark < 0 ? text.substring(colon + 1) : text.substring(colon + 1, mark);
        var query = mark < 0 ? List.<Attribute>of() : attributes(text.substring(mark + 1), '&');
        return new KeyUri(text.substring(0, colon), path, query);
    }

    /** {@return the attributes in a text that has {@code separator} between them} */
    static List<Attribute> attributes(String text, char separator) {
        var attributes = new ArrayList<Attribute>();
        if (text.isEmpty()) {
            return attributes;
        }
        for (var part : text.split(String.valueOf(separator), -1)) {
            var equals = part.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("'" + part + "' is not of the form name=value");
            }
            var attribute = new Attribute(part.substring(0, equals), part.substring(equals + 1));
            attribute.bytes();
            attributes.add(attribute);
        }
        return attributes;
    }

    /**
     * Complains of attributes that are not known: a key chosen by less than the user said could be another one.
     *
     * @param repeatable which of them may come several times
     */
    static void require(List<Attribute> attributes, Set<String> known, Set<String> repeatable) {
        for (var attribute : attributes) {
            if (!known.contains(attribute.name())) {
                throw new IllegalArgumentException("'" + attribute.name() + "' is not known here; known are "
                        + String.join(", ", known.stream().sorted().toList()));
            }
            if (!repeatable.contains(attribute.name())
                    && attributes.stream()
                                    .filter(other -> other.name().equals(attribute.name()))
                                    .count()
                            > 1) {
                throw new IllegalArgumentException("'" + attribute.name() + "' twice");
            }
        }
    }

    /** {@return the first attribute of that name} */
    static Optional<Attribute> find(List<Attribute> attributes, String name) {
        return attributes.stream()
                .filter(attribute -> attribute.name().equals(name))
                .findFirst();
    }

    /** {@return what a text with escapes means} */
    static String text(String encoded) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(encoded)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("'" + encoded + "' is not UTF-8", e);
        }
    }

    private static byte[] bytes(String encoded) {
        var raw = encoded.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream();
        for (var i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                out.write(raw[i]);
            } else if (i + 2 < raw.length && HexFormat.isHexDigit(raw[i + 1]) && HexFormat.isHexDigit(raw[i + 2])) {
                out.write(HexFormat.fromHexDigit(raw[i + 1]) << 4 | HexFormat.fromHexDigit(raw[i + 2]));
                i += 2;
            } else {
                throw new IllegalArgumentException(
                        "'" + encoded + "' has a % that two hexadecimal digits do not follow");
            }
        }
        return out.toByteArray();
    }

    /** {@return a text with escapes for what separates attributes, and for what is not printable ASCII} */
    static String encode(String text) {
        var out = new StringBuilder();
        for (var value : text.getBytes(StandardCharsets.UTF_8)) {
            var c = value & 0xFF;
            if (c > ' ' && c < 0x7F && "%&;?".indexOf(c) < 0) {
                out.append((char) c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(value));
            }
        }
        return out.toString();
    }
}
