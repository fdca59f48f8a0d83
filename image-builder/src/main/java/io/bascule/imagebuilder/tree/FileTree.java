package io.bascule.imagebuilder.tree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A tree of inodes below one root directory. Paths are relative to the root and written without a leading slash; {@code
 * .} and empty components are passed over, {@code ..} is refused.
 */
public final class FileTree {
    /**
     * How deep directories may be nested: a path of Linux has 4095 bytes, so no program could name a file further down, and
     * everything here can go down a tree by recursion.
     */
    public static final int MAX_DEPTH = 2047;

    /** How many directories paths may bring into being: a path of 4 KiB can name two thousand new ones. */
    private static final int MAX_MADE = 1_000_000;

    private static final int MAX_PATH = 4095;
    private static final int MAX_SYMLINKS = 40;
    private static final Name PARENT = Name.of("..");

    private final Inode.Directory root;
    private int made;

    public FileTree(Inode.Directory root) {
        this.root = root;
    }

    public static FileTree empty() {
        return new FileTree(new Inode.Directory(Attributes.rootOwned(0755)));
    }

    public Inode.Directory root() {
        return root;
    }

    /** {@return what stands at {@code path} itself: a symbolic link there or on the way is not followed} */
    public Optional<Inode> find(String path) {
        return find(components(path.getBytes(StandardCharsets.UTF_8)));
    }

    public Optional<Inode> find(List<Name> path) {
        Inode at = root;
        for (var name : path) {
            if (!(at instanceof Inode.Directory directory) || directory.child(name) == null) {
                return Optional.empty();
            }
            at = Objects.requireNonNull(directory.child(name));
        }
        return Optional.of(at);
    }

    /** {@return what stands at {@code path}: symbolic links on the way are followed, one in its last name is not} */
    public Optional<Inode> locate(List<Name> path) {
        if (path.isEmpty()) {
            return Optional.of(root);
        }
        return resolve(path.subList(0, path.size() - 1))
                .map(parent ->
                        parent.inode() instanceof Inode.Directory directory ? directory.child(path.getLast()) : null);
    }

    /** {@return the path that {@code path} leads to when every symbolic link is followed, if there is a file there} */
    public Optional<String> resolve(String path) {
        return resolve(split(path.getBytes(StandardCharsets.UTF_8))).map(found -> join(found.path()));
    }

    /** {@return what {@code path} leads to when every symbolic link is followed, also one in its last name} */
    public Optional<Inode> follow(List<Name> path) {
        return resolve(path).map(Resolved::inode);
    }

    /**
     * Where a name stands.
     *
     * @param folder that has the name, or could have it
     */
    public record Place(Inode.Directory folder, Name name) {}

    /**
     * {@return where a symbolic link leads in one step: links on the way are followed, one in the last name is not}
     *
     * @param folder path of the link's own folder, without links in it
     * @param target what the link says
     */
    public Optional<Place> step(List<Name> folder, Name target) {
        var bytes = target.bytes();
        var names = split(bytes);
        if (names.isEmpty() || names.getLast().equals(PARENT) || bytes[bytes.length - 1] == '/') {
            return Optional.empty();
        }
        var path = new ArrayList<>(bytes[0] == '/' ? List.<Name>of() : folder);
        path.addAll(names.subList(0, names.size() - 1));
        return follow(path)
                .map(inode ->
                        inode instanceof Inode.Directory directory ? new Place(directory, names.getLast()) : null);
    }

    /** Where a path leads to. */
    private record Resolved(List<Name> path, Inode inode) {}

    private Optional<Resolved> resolve(List<Name> path) {
        var pending = new ArrayDeque<>(path);
        var names = new ArrayList<Name>();
        var inodes = new ArrayList<Inode>(List.of(root));
        var links = 0;
        while (!pending.isEmpty()) {
            var name = pending.removeFirst();
            if (!(inodes.getLast() instanceof Inode.Directory directory)) {
                return Optional.empty();
            }
            if (name.equals(PARENT)) {
                if (!names.isEmpty()) {
                    names.removeLast();
                    inodes.removeLast();
                }
                continue;
            }
            var inode = directory.child(name);
            switch (inode) {
                case null -> {
                    return Optional.empty();
                }
                case Inode.Symlink link -> {
                    if (++links > MAX_SYMLINKS) {
                        return Optional.empty();
                    }
                    var target = link.target().bytes();
                    if (target[0] == '/') {
                        names.clear();
                        inodes.subList(1, inodes.size()).clear();
                    }
                    split(target).reversed().forEach(pending::addFirst);
                }
                default -> {
                    names.add(name);
                    inodes.add(inode);
                }
            }
        }
        return Optional.of(new Resolved(names, inodes.getLast()));
    }

    /** {@return the regular file that {@code path} leads to through any symbolic links} */
    public Optional<Inode.RegularFile> file(String path) {
        return resolve(split(path.getBytes(StandardCharsets.UTF_8)))
                .map(found -> found.inode() instanceof Inode.RegularFile file ? file : null);
    }

    /**
     * Puts an inode at {@code path}, in the place of what was there. Directories on the way that do not exist are made
     * with mode 0755; symbolic links to directories on the way are followed, as tar does when it unpacks packages onto a
     * tree with a merged {@code /usr}.
     *
     * @throws IllegalArgumentException if something on the way is neither a directory nor a link to one, if a directory
     *     stands there that is not empty, or if the tree would become deeper than {@link #MAX_DEPTH}
     */
    public void put(List<Name> path, Inode inode) {
        if (path.isEmpty()) {
            throw new IllegalArgumentException("the root directory cannot be replaced");
        }
        var parent = directory(path.subList(0, path.size() - 1));
        if (parent.child(path.getLast()) instanceof Inode.Directory old
                && !old.children().isEmpty()) {
            throw new IllegalArgumentException("/" + join(path) + " is a directory with files in it");
        }
        parent.put(path.getLast(), inode);
    }

    public void put(String path, Inode inode) {
        put(components(path.getBytes(StandardCharsets.UTF_8)), inode);
    }

    /**
     * Gives the directory at {@code path} these attributes; made if it is not there, else what is in it stays. A symbolic
     * link to a directory there stays too, and the directory that it leads to as it is. The empty path is the root.
     */
    public void putDirectory(List<Name> path, Attributes attributes) {
        var existing = locate(path).orElse(null);
        if (existing instanceof Inode.Directory directory) {
            directory.setAttributes(attributes);
        } else if (existing == null) {
            directory(path).setAttributes(attributes);
        } else if (!isDirectory(path)) {
            put(path, new Inode.Directory(attributes));
        }
    }

    private boolean isDirectory(List<Name> path) {
        return resolve(path).map(Resolved::inode).orElse(null) instanceof Inode.Directory;
    }

    /** Puts a file of root's at {@code path}, as {@link #put(List, Inode)} does. */
    public void putFile(String path, int permissions, String text) {
        put(path, new Inode.RegularFile(Attributes.rootOwned(permissions), Content.of(text)));
    }

    /** Puts a symbolic link at {@code path}, as {@link #put(List, Inode)} does. */
    public void putLink(String path, String target) {
        put(path, new Inode.Symlink(Attributes.rootOwned(0777), Name.of(target)));
    }

    /** {@return the directory at {@code path}, made if it is not there; fails as {@link #put(List, Inode)} does} */
    public Inode.Directory directory(List<Name> path) {
        var at = root;
        var depth = 0;
        for (var i = 0; i < path.size(); i++) {
            depth++;
            var child = at.child(path.get(i));
            if (child == null) {
                if (depth > MAX_DEPTH) {
                    throw new IllegalArgumentException("directories are nested more than " + MAX_DEPTH
                            + " deep; Linux has no path to their files");
                }
                if (++made > MAX_MADE) {
                    throw new IllegalArgumentException("more than " + MAX_MADE + " directories");
                }
                child = new Inode.Directory(Attributes.rootOwned(0755));
                at.put(path.get(i), child);
            }
            if (child instanceof Inode.Symlink) {
                var resolved = resolve(path.subList(0, i + 1)).orElse(null);
                if (resolved != null) {
                    child = resolved.inode();
                    depth = resolved.path().size();
                }
            }
            if (!(child instanceof Inode.Directory directory)) {
                throw new IllegalArgumentException("/" + join(path.subList(0, i + 1)) + " is not a directory");
            }
            at = directory;
        }
        return at;
    }

    public Inode.Directory directory(String path) {
        return directory(components(path.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Takes away what stands at {@code path}, with everything below; nothing happens if there is nothing. Symbolic links
     * on the way are followed, one in the last name is taken away itself.
     */
    public void remove(String path) {
        var names = components(path.getBytes(StandardCharsets.UTF_8));
        if (!names.isEmpty()
                && resolve(names.subList(0, names.size() - 1))
                                .map(Resolved::inode)
                                .orElse(null)
                        instanceof Inode.Directory parent) {
            parent.remove(names.getLast());
        }
    }

    /** Takes away everything below the directory at {@code path} but leaves the directory. */
    public void clear(String path) {
        if (find(path).orElse(null) instanceof Inode.Directory directory) {
            directory.children().stream().map(Map.Entry::getKey).toList().forEach(directory::remove);
        }
    }

    /** Calls {@code visitor} for every entry below the root: parents before children, names in ascending order. */
    public void walk(Visitor visitor) {
        walk(root, "", visitor);
    }

    /** What {@link #walk} calls, with the path of the entry and its inode. */
    @FunctionalInterface
    public interface Visitor {
        void visit(String path, Inode inode);
    }

    private static void walk(Inode.Directory directory, String prefix, Visitor visitor) {
        for (var child : directory.children()) {
            var path = prefix + child.getKey();
            visitor.visit(path, child.getValue());
            if (child.getValue() instanceof Inode.Directory below) {
                walk(below, path + "/", visitor);
            }
        }
    }

    /**
     * {@return the names that {@code path} is made of}
     *
     * @throws IllegalArgumentException if the path has more than 4095 bytes or a NUL, or if one of the names is {@code ..}
     *     or longer than {@link Name#MAX_LENGTH}
     */
    public static List<Name> components(byte[] path) {
        if (path.length > MAX_PATH) {
            throw new IllegalArgumentException("a path of " + path.length + " bytes; Linux has " + MAX_PATH);
        }
        var names = split(path);
        for (var name : names) {
            if (name.equals(PARENT)) {
                throw new IllegalArgumentException("a path in an image cannot have '..': " + text(path));
            }
            if (name.length() > Name.MAX_LENGTH) {
                throw new IllegalArgumentException("a name of " + name.length() + " bytes is too long: " + text(path));
            }
        }
        for (var b : path) {
            if (b == 0) {
                throw new IllegalArgumentException("a path cannot have a NUL byte: " + text(path));
            }
        }
        return names;
    }

    private static List<Name> split(byte[] path) {
        var names = new ArrayList<Name>();
        for (int start = 0, i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                var length = i - start;
                if (length > 1 || (length == 1 && path[start] != '.')) {
                    names.add(Name.of(Arrays.copyOfRange(path, start, i)));
                }
                start = i + 1;
            }
        }
        return names;
    }

    private static String join(List<Name> names) {
        return String.join("/", names.stream().map(Name::toString).toList());
    }

    private static String text(byte[] path) {
        return new String(path, StandardCharsets.UTF_8);
    }
}
