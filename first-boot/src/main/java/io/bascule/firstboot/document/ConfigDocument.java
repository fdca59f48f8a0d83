package io.bascule.firstboot.document;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/** A document, parsed but not yet understood. */
public final class ConfigDocument {
    /** Far more than a configuration has, and little enough for the memory of a small host. */
    public static final int MAX_SIZE = 4 << 20;

    private ConfigDocument() {}

    /**
     * Parses JSON (RFC 8259).
     *
     * @param name what messages call it
     * @throws ConfigException if it is not JSON, has a key twice, or is too large or too deep
     */
    public static ConfigValue json(String name, byte[] bytes) throws ConfigException {
        return new ConfigValue(new Place(name, 1, ""), PathStyle.POINTER, JsonTree.parse(name, text(name, bytes)));
    }

    /**
     * Parses YAML 1.2.
     *
     * @param name what messages call it
     * @throws ConfigException if it is not one YAML document, has a key twice or an alias, or is too large or too deep
     */
    public static ConfigValue yaml(String name, byte[] bytes) throws ConfigException {
        return new ConfigValue(new Place(name, 1, ""), PathStyle.KEYS, YamlTree.parse(name, text(name, bytes)));
    }

    /** {@return {@code bytes} as UTF-8 text, without a byte order mark} */
    public static String text(String name, byte[] bytes) throws ConfigException {
        if (bytes.length > MAX_SIZE) {
            throw Place.of(name).error("is larger than " + (MAX_SIZE >> 20) + " MiB");
        }
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length + 1);
        if (StandardCharsets.UTF_8.newDecoder().decode(in, out, true).isError()) {
            var line = out.flip().chars().filter(character -> character == '\n').count() + 1;
            throw new Place(name, (int) line, "").error("is not UTF-8 here");
        }
        var text = out.flip().toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** How keys are written one behind the other. */
    enum PathStyle {
        POINTER {
            @Override
            String key(String path, String name) {
                return path + "/" + name.replace("~", "~0").replace("/", "~1");
            }

            @Override
            String item(String path, int index) {
                return path + "/" + index;
            }
        },
        KEYS {
            @Override
            String key(String path, String name) {
                return path.isEmpty() ? name : path + "." + name;
            }

            @Override
            String item(String path, int index) {
                return path + "[" + index + "]";
            }
        };

        abstract String key(String path, String name);

        abstract String item(String path, int index);
    }
}
