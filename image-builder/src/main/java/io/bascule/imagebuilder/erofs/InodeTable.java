package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The inodes of a tree, numbered from the root on breadth first, so that the inodes of a directory's files come near each
 * other. The order depends on the tree alone, not on how it was put together.
 */
final class InodeTable {
    /**
     * One inode.
     *
     * @param number its place in the table
     * @param parent the number of the first directory that names it, its own for the root
     * @param name its first name
     * @param links how many names it has; for a directory as stat(2) counts, with {@code .} and {@code ..}
     */
    record Node(int number, Inode inode, int parent, Name name, int links) {}

    private static final Name ROOT_NAME = Name.of("/");

    private final List<Node> nodes;
    private final IdentityHashMap<Inode, Integer> numbers;

    private InodeTable(List<Node> nodes, IdentityHashMap<Inode, Integer> numbers) {
        this.nodes = nodes;
        this.numbers = numbers;
    }

    /** @throws IllegalArgumentException if the tree holds what no file system of Linux can */
    static InodeTable of(FileTree tree) {
        var collector = new Collector();
        collector.add(tree.root(), 0, ROOT_NAME);
        for (var number = 0; number < collector.inodes.size(); number++) {
            if (collector.inodes.get(number) instanceof Inode.Directory directory) {
                collector.addChildren(number, directory);
            }
        }
        return collector.table();
    }

    List<Node> nodes() {
        return nodes;
    }

    int size() {
        return nodes.size();
    }

    int number(Inode inode) {
        var number = numbers.get(inode);
        if (number == null) {
            throw new IllegalStateException("the tree changed while an image was made of it");
        }
        return number;
    }

    /** {@return what {@code ..} stands for in a directory} */
    Inode.Directory parent(Node directory) {
        return (Inode.Directory) nodes.get(directory.parent()).inode();
    }

    /** {@return one path of an inode, for messages} */
    String path(int number) {
        var node = nodes.get(number);
        if (node.parent() == number) {
            return "/";
        }
        return (node.parent() == 0 ? "" : path(node.parent())) + "/" + node.name();
    }

    private static final class Collector {
        private final List<Inode> inodes = new ArrayList<>();
        private final List<Integer> parents = new ArrayList<>();
        private final List<Name> names = new ArrayList<>();
        private final List<Integer> links = new ArrayList<>();
        private final IdentityHashMap<Inode, Integer> numbers = new IdentityHashMap<>();

        void addChildren(int parent, Inode.Directory directory) {
            for (var child : directory.children()) {
                var name = child.getKey();
                var inode = child.getValue();
                check(parent, name);
                var known = numbers.get(inode);
                if (known == null) {
                    add(inode, parent, name);
                    known = inodes.size() - 1;
                } else if (inode instanceof Inode.Directory) {
                    throw new IllegalArgumentException("a directory can have one name only, this one has two: "
                            + describe(known) + " and " + describe(parent) + "/" + name);
                }
                links.set(known, links.get(known) + 1);
                if (inode instanceof Inode.Directory) {
                    links.set(parent, links.get(parent) + 1);
                }
            }
        }

        void add(Inode inode, int parent, Name name) {
            numbers.put(inode, inodes.size());
            inodes.add(inode);
            parents.add(parent);
            names.add(name);
            // A directory names itself; the name that the root lacks is made up for by its "..".
            var itself = inode instanceof Inode.Directory ? 1 : 0;
            links.add(inodes.size() == 1 ? 2 : itself);
        }

        private void check(int parent, Name name) {
            var bytes = name.bytes();
            if (bytes.length == 0 || bytes.length > Name.MAX_LENGTH) {
                throw new IllegalArgumentException(
                        "a name has 1 to 255 bytes, not " + bytes.length + ": in " + describe(parent));
            }
            for (var b : bytes) {
                if (b == 0 || b == '/') {
                    throw new IllegalArgumentException(
                            "a name cannot have '/' or a zero byte in it: '" + name + "' in " + describe(parent));
                }
            }
            var text = new String(bytes, StandardCharsets.ISO_8859_1);
            if (text.equals(".") || text.equals("..")) {
                throw new IllegalArgumentException(
                        "every directory has '.' and '..' by itself: an entry of that name in " + describe(parent));
            }
        }

        private String describe(int number) {
            return number == 0 ? "" : describe(parents.get(number)) + "/" + names.get(number);
        }

        InodeTable table() {
            var nodes = new ArrayList<Node>(inodes.size());
            for (var i = 0; i < inodes.size(); i++) {
                nodes.add(new Node(i, inodes.get(i), parents.get(i), names.get(i), links.get(i)));
            }
            return new InodeTable(List.copyOf(nodes), numbers);
        }
    }
}
