package io.bascule.signing;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/**
 * The one form of a JSON value that is signed: RFC 8785 for objects whose names are printable ASCII, arrays, texts, booleans,
 * null, and whole numbers that a double holds exactly. For names like these every JSON tool sorts alike, and for numbers
 * like these every one writes the same digits.
 */
final class CanonicalJson {
    /** 2^53: up to here doubles hold every whole number. */
    private static final long MAX_NUMBER = 1L << 53;

    private CanonicalJson() {}

    /**
     * {@return the canonical form, in UTF-8}
     *
     * @throws IllegalArgumentException if the value has none; the message says what is wrong, not where
     */
    static byte[] encode(JsonNode value) {
        var out = new StringBuilder();
        write(value, out);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(JsonNode value, StringBuilder out) {
        switch (value.getNodeType()) {
            case OBJECT -> {
                var members = new TreeMap<String, JsonNode>();
                value.properties().forEach(entry -> members.put(checked(entry.getKey()), entry.getValue()));
                out.append('{');
                var separator = "";
                for (var member : members.entrySet()) {
                    out.append(separator);
                    writeText(member.getKey(), out);
                    out.append(':');
                    write(member.getValue(), out);
                    separator = ",";
                }
                out.append('}');
            }
            case ARRAY -> {
                out.append('[');
                var separator = "";
                for (var item : value) {
                    out.append(separator);
                    write(item, out);
                    separator = ",";
                }
                out.append(']');
            }
            case STRING -> writeText(value.textValue(), out);
            case BOOLEAN -> out.append(value.booleanValue());
            case NULL -> out.append("null");
            case NUMBER -> out.append(number(value));
            default -> throw new IllegalArgumentException("a value that JSON does not have: " + value.getNodeType());
        }
    }

    private static String checked(String name) {
        if (!name.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new IllegalArgumentException("a name that is not printable ASCII");
        }
        return name;
    }

    private static long number(JsonNode value) {
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() > MAX_NUMBER
                || value.longValue() < -MAX_NUMBER) {
            throw new IllegalArgumentException("a number that is not whole, or beyond 2^53");
        }
        return value.longValue();
    }

    private static void writeText(String text, StringBuilder out) {
        out.append('"');
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < ' ') {
                        out.append("\\u00").append(c < 0x10 ? "0" : "1").append(Character.forDigit(c & 0xF, 16));
                    } else {
                        // Half a pair has no UTF-8: encoding it would make two texts one.
                        if (Character.isHighSurrogate(c)
                                && i + 1 < text.length()
                                && Character.isLowSurrogate(text.charAt(i + 1))) {
                            out.append(c).append(text.charAt(++i));
                        } else if (Character.isSurrogate(c)) {
                            throw new IllegalArgumentException("a text that is not Unicode");
                        } else {
                            out.append(c);
                        }
                    }
                }
            }
        }
        out.append('"');
    }
}
