package io.bascule.signing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An object in a JSON document that others wrote, read strictly: UTF-8, at most 1 MiB, no name twice in an object,
 * nothing behind the end. Every accessor throws {@link MalformedDocumentException} with the path of the field if it is
 * missing or of another kind; fields that nobody asks for are passed over.
 */
public final class JsonDocument {
    /** The largest document that is read, in bytes. */
    public static final int MAX_SIZE = 1 << 20;

    private static final int MAX_DEPTH = 32;
    private static final int MAX_NUMBER_LENGTH = 32;
    private static final int MAX_NAME_LENGTH = 256;
    private static final int NAME_SHOWN = 80;

    /** The one way to write a time: Instant would also take offsets and fractions. */
    private static final Pattern TIME = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // Names are not worth keeping for the life of the process: they come from outside.
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxDocumentLength(MAX_SIZE)
                            .maxStringLength(MAX_SIZE)
                            .maxNameLength(MAX_NAME_LENGTH)
                            .maxNumberLength(MAX_NUMBER_LENGTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String document;
    private final String path;
    private final ObjectNode object;

    private JsonDocument(String document, String path, ObjectNode object) {
        this.document = document;
        this.path = path;
        this.object = object;
    }

    /**
     * Reads a document whose top is an object.
     *
     * @param document its name, for errors
     */
    public static JsonDocument read(String document, byte[] json) throws MalformedDocumentException {
        if (json.length > MAX_SIZE) {
            throw new MalformedDocumentException(
                    document, "", json.length + " bytes, more than the " + MAX_SIZE + " allowed");
        }
        JsonNode root;
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
            root = text.startsWith("\uFEFF") ? null : MAPPER.readTree(text);
        } catch (CharacterCodingException e) {
            throw new MalformedDocumentException(document, "", "not UTF-8");
        } catch (JsonProcessingException e) {
            throw new MalformedDocumentException(document, "", "not JSON: " + problem(e));
        }
        if (root instanceof ObjectNode object) {
            return new JsonDocument(document, "", object);
        }
        throw new MalformedDocumentException(document, "", "not a JSON object");
    }

    private static String problem(JsonProcessingException e) {
        var message = String.valueOf(e.getOriginalMessage());
        var end = message.indexOf('\n');
        var line = end < 0 ? message : message.substring(0, end);
        var at = e.getLocation();
        return at == null ? line : line + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    /** Refuses a document whose member {@code format} is not {@code known}. */
    public void requireFormat(int known) throws MalformedDocumentException {
        var format = number("format", 1, Integer.MAX_VALUE);
        if (format != known) {
            throw malformed("format", format + ", but this version of Bascule knows format " + known + " only");
        }
    }

    /** {@return whether there is a member of this name} */
    public boolean has(String name) {
        return object.has(name);
    }

    /** {@return the object that a member is} */
    public JsonDocument object(String name) throws MalformedDocumentException {
        if (member(name) instanceof ObjectNode child) {
            return new JsonDocument(document, pathOf(name), child);
        }
        throw malformed(name, "not an object");
    }

    /** {@return the objects that the members of this object are, by name, in the document's order} */
    public Map<String, JsonDocument> objects() throws MalformedDocumentException {
        var objects = new LinkedHashMap<String, JsonDocument>();
        for (var entry : object.properties()) {
            objects.put(entry.getKey(), object(entry.getKey()));
        }
        return Collections.unmodifiableMap(objects);
    }

    /**
     * {@return the objects in the array that a member is}
     *
     * @param most how many there may be
     */
    public List<JsonDocument> objectsIn(String name, int most) throws MalformedDocumentException {
        var objects = new ArrayList<JsonDocument>();
        for (var item : array(name, most)) {
            var at = name + "[" + objects.size() + "]";
            if (!(item instanceof ObjectNode child)) {
                throw malformed(at, "not an object");
            }
            objects.add(new JsonDocument(document, pathOf(at), child));
        }
        return Collections.unmodifiableList(objects);
    }

    /**
     * {@return the digests in the array that a member is}
     *
     * @param most how many there may be
     */
    public List<Sha256Digest> digestsIn(String name, int most) throws MalformedDocumentException {
        var digests = new ArrayList<Sha256Digest>();
        for (var item : array(name, most)) {
            digests.add(digest(name + "[" + digests.size() + "]", item));
        }
        return Collections.unmodifiableList(digests);
    }

    /**
     * {@return the texts in the array that a member is}
     *
     * @param most how many there may be
     */
    public List<String> textsIn(String name, int most) throws MalformedDocumentException {
        var texts = new ArrayList<String>();
        for (var item : array(name, most)) {
            texts.add(text(name + "[" + texts.size() + "]", item));
        }
        return Collections.unmodifiableList(texts);
    }

    private JsonNode array(String name, int most) throws MalformedDocumentException {
        var array = member(name);
        if (!array.isArray()) {
            throw malformed(name, "not an array");
        }
        if (array.size() > most) {
            throw malformed(name, array.size() + " items, more than the " + most + " allowed");
        }
        return array;
    }

    /** {@return the text that a member is; any Unicode text} */
    public String text(String name) throws MalformedDocumentException {
        return text(name, member(name));
    }

    /**
     * {@return the text that a member is}
     *
     * @param pattern that all of it must match
     * @param expected what the pattern means, for errors
     */
    public String text(String name, Pattern pattern, String expected) throws MalformedDocumentException {
        var text = text(name);
        if (!pattern.matcher(text).matches()) {
            throw malformed(name, shown(text) + " is not " + expected);
        }
        return text;
    }

    private String text(String name, JsonNode node) throws MalformedDocumentException {
        if (!node.isTextual()) {
            throw malformed(name, "not a text");
        }
        var text = node.textValue();
        // Escapes can name half a character, which no encoding can write again.
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw malformed(name, "a text that is not Unicode");
        }
        return text;
    }

    /** {@return the whole number, from {@code least} to {@code most}, that a member is} */
    public long number(String name, long least, long most) throws MalformedDocumentException {
        var node = member(name);
        if (!node.isIntegralNumber()) {
            throw malformed(name, "not a whole number");
        }
        if (!node.canConvertToLong() || node.longValue() < least || node.longValue() > most) {
            throw malformed(name, node.asText() + " is not from " + least + " to " + most);
        }
        return node.longValue();
    }

    /** {@return the time, of the form {@code 2026-01-01T00:00:00Z}, that a member is} */
    public Instant time(String name) throws MalformedDocumentException {
        var text = text(name, TIME, "a time like 2026-01-01T00:00:00Z");
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw malformed(name, shown(text) + " is not a time that exists");
        }
    }

    /** {@return the digest, 64 lower-case hexadecimal digits, that a member is} */
    public Sha256Digest digest(String name) throws MalformedDocumentException {
        return digest(name, member(name));
    }

    private Sha256Digest digest(String name, JsonNode node) throws MalformedDocumentException {
        var text = text(name, node);
        if (!DIGEST.matcher(text).matches()) {
            throw malformed(name, shown(text) + " is not 64 lower-case hexadecimal digits");
        }
        return Sha256Digest.parse(text);
    }

    /** {@return a copy of this object that may be changed} */
    public ObjectNode copy() {
        return object.deepCopy();
    }

    /** {@return an error about a member, or about this object if {@code name} is empty} */
    public MalformedDocumentException malformed(String name, String problem) {
        return new MalformedDocumentException(document, name.isEmpty() ? path : pathOf(name), problem);
    }

    private JsonNode member(String name) throws MalformedDocumentException {
        var node = object.get(name);
        if (node == null) {
            throw malformed(name, "missing");
        }
        return node;
    }

    private String pathOf(String name) {
        return path.isEmpty() ? printable(name) : path + "." + printable(name);
    }

    /** {@return text from outside as messages may carry it: quoted, short, without control characters} */
    private static String shown(String text) {
        return "'" + printable(text) + "'";
    }

    private static String printable(String text) {
        return ForeignText.printable(text, NAME_SHOWN);
    }
}
