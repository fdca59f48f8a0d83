package io.bascule.firstboot.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/** JSON as a {@link Tree}. */
final class JsonTree {
    private static final int MAX_DEPTH = 32;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(64)
                    .build())
            .build();

    private final String name;
    private final JsonParser parser;

    private JsonTree(String name, JsonParser parser) {
        this.name = name;
        this.parser = parser;
    }

    static Tree parse(String name, String text) throws ConfigException {
        try (var parser = FACTORY.createParser(text)) {
            var tree = new JsonTree(name, parser);
            if (parser.nextToken() == null) {
                throw Place.of(name).error("is empty");
            }
            var root = tree.value();
            if (parser.nextToken() != null) {
                throw tree.here().error("something stands behind the end of the JSON document");
            }
            return root;
        } catch (ConfigException e) {
            throw e;
        } catch (JsonProcessingException e) {
            var line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new Place(name, Math.max(0, line), "").error("is not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw Place.of(name).error("is not valid JSON: " + e.getMessage());
        }
    }

    private Place here() {
        return new Place(name, line(), "");
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    private Tree value() throws IOException {
        var line = line();
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(line);
            case START_ARRAY -> {
                var items = new ArrayList<Tree>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value());
                }
                yield new Tree.Sequence(line, items);
            }
            case VALUE_STRING -> new Tree.Scalar(line, Tree.Kind.TEXT, parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Tree.Scalar(line, Tree.Kind.NUMBER, parser.getText());
            case VALUE_TRUE, VALUE_FALSE -> new Tree.Scalar(line, Tree.Kind.FLAG, parser.getText());
            case VALUE_NULL -> new Tree.Scalar(line, Tree.Kind.NULL, "");
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw here().error("is not valid JSON: a value is missing");
        };
    }

    private Tree mapping(int line) throws IOException {
        var entries = new LinkedHashMap<String, Tree>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var key = parser.currentName();
            var at = here();
            parser.nextToken();
            if (entries.put(key, value()) != null) {
                throw at.error("the key '" + key + "' is given twice");
            }
        }
        return new Tree.Mapping(line, entries);
    }
}
