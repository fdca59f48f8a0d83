package io.bascule.firstboot.document;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** YAML as a {@link Tree}. */
final class YamlTree {
    private static final int MAX_DEPTH = 16;

    private final String name;

    private YamlTree(String name) {
        this.name = name;
    }

    static Tree parse(String name, String text) throws ConfigException {
        var settings = LoadSettings.builder()
                .setLabel(name)
                .setAllowNonScalarKeys(true)
                .setCodePointLimit(ConfigDocument.MAX_SIZE)
                .build();
        var tree = new YamlTree(name);
        try {
            tree.check(text, settings);
            var root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                throw Place.of(name).error("is empty");
            }
            return tree.of(root.get());
        } catch (MarkedYamlEngineException e) {
            throw new Place(name, line(e.getProblemMark()), "").error("is not valid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw Place.of(name).error("is not valid YAML: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            // What the library throws for escapes like "\\UFFFFFFFF", or one that the file ends in.
            throw Place.of(name).error("is not valid YAML: an escape in double quotes that means no character");
        }
    }

    /** What composes the nodes goes down by recursion, and aliases could make a huge tree of a small document. */
    private void check(String text, LoadSettings settings) throws ConfigException {
        var depth = 0;
        for (var event : new Parse(settings).parseString(text)) {
            var at = new Place(name, line(event.getStartMark()), "");
            if (event instanceof AliasEvent) {
                throw at.error("aliases (*name) are not supported: write the value out");
            }
            if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                throw at.error("lists or keys inside each other more than " + MAX_DEPTH + " deep");
            }
            if (event instanceof CollectionEndEvent) {
                depth--;
            }
        }
    }

    private Tree of(Node node) throws ConfigException {
        var line = line(node.getStartMark());
        return switch (node) {
            case ScalarNode scalar -> new Tree.Scalar(line, kind(scalar.getTag()), scalar.getValue());
            case SequenceNode sequence -> {
                var items = new ArrayList<Tree>();
                for (var item : sequence.getValue()) {
                    items.add(of(item));
                }
                yield new Tree.Sequence(line, items);
            }
            case MappingNode mapping -> mapping(line, mapping);
            default -> throw new Place(name, line, "").error("is not valid YAML: an alias");
        };
    }

    private Tree mapping(int line, MappingNode mapping) throws ConfigException {
        var entries = new LinkedHashMap<String, Tree>();
        for (var tuple : mapping.getValue()) {
            var at = new Place(name, line(tuple.getKeyNode().getStartMark()), "");
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw at.error("a key must be a plain word");
            }
            if (entries.put(key.getValue(), of(tuple.getValueNode())) != null) {
                throw at.error("the key '" + key.getValue() + "' is given twice");
            }
        }
        return new Tree.Mapping(line, entries);
    }

    private static Tree.Kind kind(Tag tag) {
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return Tree.Kind.NUMBER;
        }
        if (tag.equals(Tag.BOOL)) {
            return Tree.Kind.FLAG;
        }
        return tag.equals(Tag.NULL) ? Tree.Kind.NULL : Tree.Kind.TEXT;
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(at -> at.getLine() + 1).orElse(0);
    }
}
