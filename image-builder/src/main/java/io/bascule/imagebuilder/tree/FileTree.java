package io.bascule.imagebuilder.tree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tree of inodes below one root directory. Paths are relative to the root and written without a leading slash; {@code
 * .} and empty components are passed over, {@code ..} is refused.
 */
public final class FileTree {
    private static final int MAX_SYMLINKS = 40;
    private static final Name PARENT = Name.of("..");

    private final Inode.Directory root;

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

    /** {@return the path that {@code path} leads to when every symbolic link is followed, if there is a file there} */
    public Optional<String> resolve(String path) {
        return resolve(split(path.getBytes(StandardCharsets.UTF_8))).map(FileTree::join);
    }

    private Optional<List<Name>> resolve(List<Name> path) {
        var pending = new ArrayList<>(path);
        var done = new ArrayList<Name>();
        var links = 0;
        while (!pending.isEmpty()) {
            var name = pending.removeFirst();
            if (name.equals(PARENT)) {
                if (!done.isEmpty()) {
                    done.removeLast();
                }
                continue;
            }
            done.add(name);
            var inode = find(done);
            if (inode.isEmpty()) {
                return Optional.empty();
            }
            if (inode.get() instanceof Inode.Symlink link) {
                if (++links > MAX_SYMLINKS) {
                    return Optional.empty();
                }
                done.removeLast();
                var target = link.target().bytes();
                if (target[0] == '/') {
                    done.clear();
                }
                pending.addAll(0, split(target));
            }
        }
        return Optional.of(done);
    }

    /** {@return the regular file that {@code path} leads to through any symbolic links} */
    public Optional<Inode.RegularFile> file(String path) {
        return resolve(path).flatMap(this::find).map(inode -> inode instanceof Inode.RegularFile file ? file : null);
    }

    /**
     * Puts an inode at {@code path}, in the place of what was there. Directories on the way that do not exist are made
     * with mode 0755; symbolic links to directories on the way are followed, as tar does when it unpacks packages onto a
     * tree with a merged {@code /usr}.
     *
     * @throws IllegalArgumentException if something on the way is neither a directory nor a link to one, or the path has
     *     {@code ..} in it
     */
    public void put(List<Name> path, Inode inode) {
        if (path.isEmpty()) {
            throw new IllegalArgumentException("the root directory cannot be replaced");
        }
        directory(path.subList(0, path.size() - 1)).put(path.getLast(), inode);
    }

    public void put(String path, Inode inode) {
        put(components(path.getBytes(StandardCharsets.UTF_8)), inode);
    }

    /**
     * Gives the directory at {@code path} these attributes; made if it is not there, else what is in it stays. The empty
     * path is the root.
     */
    public void putDirectory(List<Name> path, Attributes attributes) {
        var existing = path.isEmpty() ? root : find(path).orElse(null);
        if (existing instanceof Inode.Directory directory) {
            directory.setAttributes(attributes);
        } else if (!(existing instanceof Inode.Symlink) || !(resolved(path) instanceof Inode.Directory)) {
            put(path, new Inode.Directory(attributes));
        }
    }

    private @Nullable Inode resolved(List<Name> path) {
        return resolve(path).flatMap(this::find).orElse(null);
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
        for (var i = 0; i < path.size(); i++) {
            var child = at.child(path.get(i));
            if (child == null) {
                child = new Inode.Directory(Attributes.rootOwned(0755));
                at.put(path.get(i), child);
            }
            if (child instanceof Inode.Symlink) {
                child = resolve(path.subList(0, i + 1)).flatMap(this::find).orElse(child);
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

    /** Takes away what stands at {@code path}, with everything below; nothing happens if there is nothing. */
    public void remove(String path) {
        var names = components(path.getBytes(StandardCharsets.UTF_8));
        if (!names.isEmpty()
                && find(names.subList(0, names.size() - 1)).orElse(null) instanceof Inode.Directory parent) {
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
     * @throws IllegalArgumentException if one of them is {@code ..} or longer than {@link Name#MAX_LENGTH}
     */
    public static List<Name> components(byte[] path) {
        var names = split(path);
        for (var name : names) {
            if (name.equals(PARENT)) {
                throw new IllegalArgumentException(
                        "a path in an image cannot have '..': " + new String(path, StandardCharsets.UTF_8));
            }
        }
        return names;
    }

    private static List<Name> split(byte[] path) {
        var names = new ArrayList<Name>();
        for (int start = 0, i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                var length = i - start;
                if (length > Name.MAX_LENGTH) {
                    throw new IllegalArgumentException(
                            "a name of " + length + " bytes is too long: " + new String(path, StandardCharsets.UTF_8));
                }
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
}
