package io.bascule.imagebuilder.oci;

import io.bascule.imagebuilder.source.EntrySink;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts the entries of layers over those of the layers below (OCI image specification, "Image Layer Filesystem Changeset").
 * Unlike in an archive, whatever is there gives way to what a layer has, be it a full directory or a link to one. A whiteout
 * hides what lower layers have and nothing of its own layer, wherever in that it stands.
 */
final class LayerSink implements EntrySink {
    private static final Name WHITEOUT = Name.of(".wh.");
    private static final Name OPAQUE = Name.of(".wh..wh..opq");
    /** What AUFS kept for itself; older images still have it. */
    private static final Name OF_AUFS = Name.of(".wh..wh.");

    private final FileTree tree = FileTree.empty();
    private final Set<Inode.Directory> given = Collections.newSetFromMap(new IdentityHashMap<>());
    private final IdentityHashMap<Inode.Directory, Set<Name>> ofThisLayer = new IdentityHashMap<>();

    /** The entries that follow are of the next layer above. */
    void nextLayer() {
        ofThisLayer.clear();
    }

    @Override
    public void put(List<Name> path, Inode inode) {
        if (path.isEmpty()) {
            throw new IllegalArgumentException("the root directory cannot be replaced");
        }
        if (isHidden(path)) {
            return;
        }
        var parent = tree.directory(path.subList(0, path.size() - 1));
        parent.put(path.getLast(), inode);
        note(parent, path.getLast());
    }

    @Override
    public void putDirectory(List<Name> path, Attributes attributes) {
        if (path.isEmpty()) {
            tree.putDirectory(path, attributes);
            given.add(tree.root());
            return;
        }
        if (isHidden(path)) {
            return;
        }
        var parent = tree.directory(path.subList(0, path.size() - 1));
        var name = path.getLast();
        if (!(parent.child(name) instanceof Inode.Directory)) {
            parent.remove(name);
        }
        tree.putDirectory(path, attributes);
        if (parent.child(name) instanceof Inode.Directory directory) {
            given.add(directory);
        }
        note(parent, name);
    }

    @Override
    public Optional<Inode> locate(List<Name> path) {
        return tree.locate(path);
    }

    /**
     * Puts the files of all layers over those of another tree. Directories that no layer has an entry for, only files in
     * them, keep there what attributes they have.
     *
     * @throws IllegalArgumentException as {@link FileTree#put(List, Inode)}
     */
    void putOver(FileTree below) {
        if (given.contains(tree.root())) {
            below.putDirectory(List.of(), tree.root().attributes());
        }
        putOver(below, tree.root(), List.of());
    }

    private void putOver(FileTree below, Inode.Directory directory, List<Name> path) {
        for (var child : directory.children()) {
            var childPath = new ArrayList<>(path);
            childPath.add(child.getKey());
            if (child.getValue() instanceof Inode.Directory next) {
                if (given.contains(next)) {
                    below.putDirectory(childPath, next.attributes());
                } else {
                    below.directory(childPath);
                }
                putOver(below, next, childPath);
            } else {
                below.put(childPath, child.getValue());
            }
        }
    }

    /** Whether the entry is a whiteout, which is then done, or of those that nobody is to see. */
    private boolean isHidden(List<Name> path) {
        var parentPath = path.subList(0, path.size() - 1);
        var name = path.getLast();
        if (name.equals(OPAQUE)) {
            if (tree.follow(parentPath).orElse(null) instanceof Inode.Directory parent) {
                hideBelow(parent);
            }
            return true;
        }
        if (path.stream().anyMatch(part -> part.startsWith(OF_AUFS))) {
            return true;
        }
        if (parentPath.stream().anyMatch(part -> part.startsWith(WHITEOUT))) {
            throw new IllegalArgumentException("names that begin with .wh. mean that something is gone: " + path);
        }
        if (!name.startsWith(WHITEOUT)) {
            return false;
        }
        var bytes = name.bytes();
        var hidden = Name.of(Arrays.copyOfRange(bytes, WHITEOUT.length(), bytes.length));
        if (hidden.length() == 0 || hidden.equals(Name.of(".")) || hidden.equals(Name.of(".."))) {
            throw new IllegalArgumentException("a whiteout of nothing: " + path);
        }
        if (tree.follow(parentPath).orElse(null) instanceof Inode.Directory parent) {
            hide(parent, hidden);
        }
        return true;
    }

    private void hideBelow(Inode.Directory directory) {
        directory.children().stream().map(Map.Entry::getKey).toList().forEach(name -> hide(directory, name));
    }

    private void hide(Inode.Directory parent, Name name) {
        var full = false;
        if (parent.child(name) instanceof Inode.Directory directory) {
            hideBelow(directory);
            full = !directory.children().isEmpty();
        }
        if (!full && !ofThisLayer.getOrDefault(parent, Set.of()).contains(name)) {
            parent.remove(name);
        }
    }

    private void note(Inode.Directory parent, Name name) {
        ofThisLayer.computeIfAbsent(parent, unused -> new HashSet<>()).add(name);
    }
}
