package io.bascule.firstboot.document;

/**
 * Where in a document something stands.
 *
 * @param document what was read, like {@code user-data}
 * @param line from 1; 0 for the document as a whole
 * @param path of keys: a JSON pointer (RFC 6901) in JSON, {@code users[0].name} in YAML; empty for the whole
 */
public record Place(String document, int line, String path) {
    /** {@return the place of something about the document as a whole} */
    public static Place of(String document) {
        return new Place(document, 0, "");
    }

    /** {@return a complaint about what stands here} */
    public ConfigException error(String problem) {
        return new ConfigException(this, problem);
    }

    @Override
    public String toString() {
        return document + (line == 0 ? "" : ":" + line) + (path.isEmpty() ? "" : ": " + path);
    }
}
