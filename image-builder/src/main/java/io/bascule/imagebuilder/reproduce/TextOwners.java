package io.bascule.imagebuilder.reproduce;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** Who owns a byte of a text or a JSON document. */
final class TextOwners {
    private static final JsonFactory JSON = new JsonFactory();

    private TextOwners() {}

    /** A value of a document: which, and where it ends. */
    private record Value(JsonPointer pointer, long end) {}

    /** {@return the line that the byte at {@code offset} is in} */
    static Owner line(byte[] text, long offset) {
        return owner(text, offset, "");
    }

    /** {@return line and path of the value that the byte at {@code offset} belongs to} */
    static Owner json(byte[] document, long offset) throws IOException {
        var path = values(document).stream()
                .filter(value -> offset < value.end())
                .findFirst()
                .map(value -> value.pointer().toString())
                .orElse("");
        return owner(document, offset, path);
    }

    /** {@return where the value at {@code pointer} ends} */
    static long offset(byte[] document, JsonPointer pointer) throws IOException {
        return values(document).stream()
                .filter(value -> value.pointer().equals(pointer))
                .findFirst()
                .map(value -> value.end() - 1)
                .orElse(0L);
    }

    private static Owner owner(byte[] text, long offset, String path) {
        var line = 1L;
        for (var i = 0; i < Math.min(offset, text.length); i++) {
            if (text[i] == '\n') {
                line++;
            }
        }
        return Owner.of(Owner.Kind.TEXT, path, line);
    }

    private static List<Value> values(byte[] document) throws IOException {
        var values = new ArrayList<Value>();
        try (var parser = JSON.createParser(document)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.FIELD_NAME) {
                    // The parser stands behind a text only when somebody has asked for it.
                    parser.getText();
                    values.add(new Value(
                            parser.getParsingContext().pathAsPointer(),
                            parser.currentLocation().getByteOffset()));
                }
            }
        }
        return values;
    }

    /** {@return the first value, in the order of {@code first}, that is not the same in both} */
    static Optional<JsonPointer> firstDifference(JsonNode first, JsonNode second) {
        return first.equals(second) ? Optional.empty() : Optional.of(differing(first, second, JsonPointer.empty()));
    }

    private static JsonPointer differing(JsonNode first, JsonNode second, JsonPointer at) {
        if (first.isObject() && second.isObject()) {
            var names = new LinkedHashSet<String>();
            first.fieldNames().forEachRemaining(names::add);
            second.fieldNames().forEachRemaining(names::add);
            for (var name : names) {
                if (!first.path(name).equals(second.path(name))) {
                    return differing(first.path(name), second.path(name), at.appendProperty(name));
                }
            }
        }
        if (first.isArray() && second.isArray()) {
            for (var i = 0; i < Math.min(first.size(), second.size()); i++) {
                if (!first.path(i).equals(second.path(i))) {
                    return differing(first.path(i), second.path(i), at.appendIndex(i));
                }
            }
        }
        return at;
    }
}
