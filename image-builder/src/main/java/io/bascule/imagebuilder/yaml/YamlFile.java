package io.bascule.imagebuilder.yaml;

import io.bascule.imagebuilder.BuildException;
import io.bascule.partitionlayout.ForeignText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A YAML file whose values still know their lines, so that every complaint can name file, line and key. */
public final class YamlFile {
    private static final int MAX_DEPTH = 10;

    private final Path file;
    private final Kind kind;
    private final Node root;

    private YamlFile(Path file, Kind kind, Node root) {
        this.file = file;
        this.kind = kind;
        this.root = root;
    }

    /**
     * A kind of file, for limits and messages.
     *
     * @param name like {@code board file}
     * @param maxMiB how large one may be
     * @param help where its keys are described
     * @param ifMissing what to do if there is no such file
     */
    public record Kind(String name, int maxMiB, String help, String ifMissing) {}

    /** @throws BuildException if there is no such file, or it is not YAML of a size and depth that make sense */
    public static YamlFile read(Path file, Kind kind) throws BuildException, IOException {
        try {
            if (Files.size(file) > (long) kind.maxMiB() << 20) {
                throw BuildException.badInput(
                        file + " is larger than " + kind.maxMiB() + " MiB", "is it a " + kind.name() + "?");
            }
            return parse(file, kind, Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new BuildException(BuildException.Kind.BAD_INPUT, "there is no file " + file, kind.ifMissing(), e);
        }
    }

    /**
     * {@return what {@code bytes} say}
     *
     * @param file that they were read from, for messages
     */
    public static YamlFile parse(Path file, Kind kind, byte[] bytes) throws BuildException {
        try {
            var settings = LoadSettings.builder()
                    .setLabel(file.toString())
                    .setCodePointLimit(kind.maxMiB() << 20)
                    .setAllowNonScalarKeys(true)
                    .build();
            var text = decode(file, bytes);
            checkDepth(file, kind, new Parse(settings).parseString(text));
            var root = new Compose(settings).composeString(text);
            return new YamlFile(
                    file, kind, root.orElseThrow(() -> BuildException.badInput(file + " is empty", kind.help())));
        } catch (MarkedYamlEngineException e) {
            var line =
                    e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    file + line + ": not valid YAML: " + ForeignText.printable(e.getProblem()),
                    kind.help(),
                    e);
        } catch (YamlEngineException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    file + ": not valid YAML: " + ForeignText.printable(String.valueOf(e.getMessage())),
                    kind.help(),
                    e);
        } catch (IllegalArgumentException e) {
            // What the library throws for escapes like "\\UFFFFFFFF", or one that the file ends in.
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    file + ": not valid YAML: an escape in double quotes that means no character: "
                            + ForeignText.printable(String.valueOf(e.getMessage())),
                    kind.help(),
                    e);
        }
    }

    private static String decode(Path file, byte[] bytes) throws BuildException {
        var text = CharBuffer.allocate(bytes.length);
        if (StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes), text, true)
                .isError()) {
            var line =
                    text.flip().chars().filter(character -> character == '\n').count() + 1;
            throw BuildException.badInput(file + ":" + line + ": not UTF-8", "save the file in that encoding");
        }
        return text.flip().toString();
    }

    /** What composes the nodes goes down by recursion. */
    private static void checkDepth(Path file, Kind kind, Iterable<Event> events) throws BuildException {
        var depth = 0;
        for (var event : events) {
            if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                var line = event.getStartMark()
                        .map(mark -> ":" + (mark.getLine() + 1))
                        .orElse("");
                throw BuildException.badInput(
                        file + line + ": lists or keys inside each other more than " + MAX_DEPTH + " deep",
                        "is it a " + kind.name() + "?");
            }
            if (event instanceof CollectionEndEvent) {
                depth--;
            }
        }
    }

    public Section root() throws BuildException {
        return new Section("", root);
    }

    private BuildException error(Node at, String key, String problem) {
        var line = at.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
        return BuildException.badInput(
                file + line + ": " + ForeignText.printable((key.isEmpty() ? "" : key + ": ") + problem), kind.help());
    }

    /** One value and the key that leads to it. */
    public final class Value {
        private final String key;
        private final Node node;

        private Value(String key, Node node) {
            this.key = key;
            this.node = node;
        }

        public String text() throws BuildException {
            if (node instanceof ScalarNode scalar
                    && !scalar.getValue().isBlank()
                    && scalar.getValue().chars().noneMatch(Character::isISOControl)) {
                return scalar.getValue();
            }
            throw error("expected a line of text, found " + kind());
        }

        /** {@return the path that the text is; half a character, or one that this locale does not have, is in no path} */
        public Path path() throws BuildException {
            try {
                return Path.of(text());
            } catch (InvalidPathException e) {
                throw error("not a name that a file can have here: '" + text() + "'");
            }
        }

        public int wholeNumber(int least, int most) throws BuildException {
            return (int) wholeNumber((long) least, most);
        }

        public long wholeNumber(long least, long most) throws BuildException {
            var text = text();
            try {
                var number = Long.parseLong(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // The same message as for a number out of range follows.
            }
            throw error("expected a whole number from " + least + " to " + most + ", found '" + text + "'");
        }

        public List<Value> list() throws BuildException {
            if (!(node instanceof SequenceNode sequence)) {
                throw error("expected a list, found " + kind());
            }
            var values = new ArrayList<Value>();
            for (var item : sequence.getValue()) {
                values.add(new Value(key + "[" + values.size() + "]", item));
            }
            return values;
        }

        public Section section() throws BuildException {
            return new Section(key, node);
        }

        public boolean isSection() {
            return node instanceof MappingNode;
        }

        public boolean truth() throws BuildException {
            return switch (text()) {
                case "true" -> true;
                case "false" -> false;
                default -> throw error("expected true or false, found '" + text() + "'");
            };
        }

        public BuildException error(String problem) {
            return YamlFile.this.error(node, key, problem);
        }

        private String kind() {
            return switch (node.getNodeType()) {
                case SCALAR -> "'" + ((ScalarNode) node).getValue() + "'";
                case SEQUENCE -> "a list";
                case MAPPING -> "a section with keys";
                case ANCHOR -> "an alias";
            };
        }
    }

    /** Keys and values; every key must be asked for, else {@link #refuseUnknown} complains about it. */
    public final class Section {
        private final String key;
        private final Node node;
        private final Map<String, Value> values = new LinkedHashMap<>();

        private Section(String key, Node node) throws BuildException {
            this.key = key;
            this.node = node;
            if (!(node instanceof MappingNode mapping)) {
                throw error(node, key, "expected keys and values");
            }
            for (var tuple : mapping.getValue()) {
                if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
                    throw error(tuple.getKeyNode(), key, "a key must be a plain word");
                }
                var path = key.isEmpty() ? name.getValue() : key + "." + name.getValue();
                if (values.put(name.getValue(), new Value(path, tuple.getValueNode())) != null) {
                    throw error(name, path, "is given twice");
                }
            }
        }

        public Value required(String name) throws BuildException {
            var value = values.get(name);
            if (value == null) {
                throw error(node, key, "the key '" + name + "' is missing");
            }
            return value;
        }

        /** {@return a complaint about {@code name}, with the line of this section if the file does not have the key} */
        public BuildException complaint(String name, String problem) {
            var value = values.get(name);
            var path = key.isEmpty() ? name : key + "." + name;
            return YamlFile.this.error(value == null ? node : value.node, path, problem);
        }

        public Optional<Value> optional(String name) {
            return Optional.ofNullable(values.get(name));
        }

        /** {@return all keys, in the order of the file} */
        public Map<String, Value> all() {
            return Collections.unmodifiableMap(values);
        }

        public void refuseUnknown(Set<String> known) throws BuildException {
            for (var value : values.entrySet()) {
                if (!known.contains(value.getKey())) {
                    throw error(
                            value.getValue().node,
                            value.getValue().key,
                            "unknown key; known here: "
                                    + String.join(", ", known.stream().sorted().toList()));
                }
            }
        }
    }
}
