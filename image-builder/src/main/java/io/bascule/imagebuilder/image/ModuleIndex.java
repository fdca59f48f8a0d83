package io.bascule.imagebuilder.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code modules.dep.bin}: for the name of a module its line of {@code modules.dep}, as the index file of kmod
 * ({@code libkmod-index.h}, version 2.1). A tree of prefixes, each node behind its children, all numbers big-endian; see
 * {@code docs/formats/module-index.md}.
 */
final class ModuleIndex {
    private static final int MAGIC = 0xB007F457;
    private static final int VERSION = 0x0002_0001;
    private static final int ROOT_AT = 8;

    /** Bits of a node's offset that say which of its parts are there. */
    private static final int HAS_PREFIX = 0x8000_0000;

    private static final int HAS_VALUES = 0x4000_0000;
    private static final int HAS_CHILDREN = 0x2000_0000;
    private static final int MAX_SIZE = 0x0FFF_FFFF;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private ModuleIndex() {}

    /**
     * Writes the index.
     *
     * @param dependencies the lines of {@code modules.dep}, in their order, which is the priority of a value
     * @throws IllegalArgumentException if a line is not one, or the index would be larger than the format can say
     */
    static byte[] write(List<String> dependencies) {
        var root = new Node("");
        for (var i = 0; i < dependencies.size(); i++) {
            root.insert(moduleName(dependencies.get(i)), new Value(i, dependencies.get(i)));
        }
        var index = new ModuleIndex();
        index.number(MAGIC);
        index.number(VERSION);
        index.number(0);
        var rootOffset = index.write(root);
        var bytes = index.out.toByteArray();
        if (bytes.length > MAX_SIZE) {
            throw new IllegalArgumentException("an index of " + bytes.length + " bytes");
        }
        ByteBuffer.wrap(bytes).putInt(ROOT_AT, rootOffset);
        return bytes;
    }

    /** {@return what the kernel calls the module whose line this is} */
    private static String moduleName(String line) {
        var colon = line.indexOf(':');
        var path = colon < 0 ? "" : line.substring(0, colon);
        var base = path.substring(path.lastIndexOf('/') + 1);
        var dot = base.indexOf(".ko");
        if (dot <= 0 || !base.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new IllegalArgumentException("not a line of modules.dep: '" + line + "'");
        }
        return base.substring(0, dot).replace('-', '_');
    }

    private int write(Node node) {
        var first = 0;
        var offsets = new int[0];
        if (!node.children.isEmpty()) {
            first = node.children.firstKey();
            offsets = new int[node.children.lastKey() - first + 1];
            for (var child : node.children.entrySet()) {
                offsets[child.getKey() - first] = write(child.getValue());
            }
        }
        var offset = out.size();
        if (!node.prefix.isEmpty()) {
            text(node.prefix);
            offset |= HAS_PREFIX;
        }
        if (offsets.length > 0) {
            out.write(first);
            out.write(first + offsets.length - 1);
            for (var child : offsets) {
                number(child);
            }
            offset |= HAS_CHILDREN;
        }
        if (!node.values.isEmpty()) {
            number(node.values.size());
            for (var value : node.values) {
                number(value.priority());
                text(value.line());
            }
            offset |= HAS_VALUES;
        }
        return offset;
    }

    private void number(int value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    private void text(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        out.write(0);
    }

    private record Value(int priority, String line) {}

    /** What all names below begin with; the character that leads to a child is in no prefix. */
    private static final class Node {
        private String prefix;
        private SortedMap<Integer, Node> children = new TreeMap<>();
        private List<Value> values = new ArrayList<>();

        Node(String prefix) {
            this.prefix = prefix;
        }

        void insert(String key, Value value) {
            var at = this;
            var rest = key;
            while (true) {
                var common = 0;
                while (common < Math.min(at.prefix.length(), rest.length())
                        && at.prefix.charAt(common) == rest.charAt(common)) {
                    common++;
                }
                if (common < at.prefix.length()) {
                    at.split(common);
                }
                rest = rest.substring(common);
                if (rest.isEmpty()) {
                    at.values.add(value);
                    return;
                }
                var next = (int) rest.charAt(0);
                rest = rest.substring(1);
                var child = at.children.get(next);
                if (child == null) {
                    child = new Node(rest);
                    at.children.put(next, child);
                }
                at = child;
            }
        }

        private void split(int length) {
            var lower = new Node(prefix.substring(length + 1));
            lower.children = children;
            lower.values = values;
            children = new TreeMap<>();
            children.put((int) prefix.charAt(length), lower);
            values = new ArrayList<>();
            prefix = prefix.substring(0, length);
        }
    }
}
