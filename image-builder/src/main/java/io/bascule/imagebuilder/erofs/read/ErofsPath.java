package io.bascule.imagebuilder.erofs.read;

import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Name;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where a path leads in an image.
 *
 * @param names from the root down, without links; empty for the root
 * @param inode what is there
 */
public record ErofsPath(List<Name> names, ErofsInode inode) {
    private static final int MAX_LINKS = 40;
    private static final Name SELF = Name.of(".");
    private static final Name PARENT = Name.of("..");

    public ErofsPath {
        names = List.copyOf(names);
    }

    /**
     * Follows a path from the root of the image. Links are followed inside the image only: one that begins with {@code /}
     * goes on from its root, and {@code ..} of the root is the root.
     *
     * @param path bytes, with or without a slash in front
     * @param followLast whether to follow a link that the path itself names
     * @return nothing if there is no such file, or links go round in a circle
     */
    public static Optional<ErofsPath> find(ErofsReader reader, byte[] path, boolean followLast) throws IOException {
        var pending = new ArrayDeque<>(split(path));
        var names = new ArrayList<Name>();
        var inodes = new ArrayList<>(List.of(reader.root()));
        for (var links = 0; !pending.isEmpty(); ) {
            var name = pending.removeFirst();
            var at = inodes.getLast();
            if (at.type() != ErofsFileType.DIRECTORY) {
                return Optional.empty();
            }
            if (name.equals(PARENT)) {
                if (!names.isEmpty()) {
                    names.removeLast();
                    inodes.removeLast();
                }
                continue;
            }
            var child = reader.child(at, name);
            if (child.isEmpty() || names.size() == FileTree.MAX_DEPTH) {
                return Optional.empty();
            }
            if (child.get().type() == ErofsFileType.SYMLINK && (followLast || !pending.isEmpty())) {
                if (++links > MAX_LINKS) {
                    return Optional.empty();
                }
                var target = reader.target(child.get()).bytes();
                if (target[0] == '/') {
                    names.clear();
                    inodes.subList(1, inodes.size()).clear();
                }
                split(target).reversed().forEach(pending::addFirst);
                continue;
            }
            names.add(name);
            inodes.add(child.get());
        }
        return Optional.of(new ErofsPath(names, inodes.getLast()));
    }

    private static List<Name> split(byte[] path) {
        var names = new ArrayList<Name>();
        for (int start = 0, i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                var name = Name.of(Arrays.copyOfRange(path, start, i));
                if (name.length() > 0 && !name.equals(SELF)) {
                    names.add(name);
                }
                start = i + 1;
            }
        }
        return names;
    }

    /** {@return names as a path without a slash in front} */
    public static byte[] join(List<Name> names) {
        var joined = new ByteArrayOutputStream();
        for (var name : names) {
            if (joined.size() > 0) {
                joined.write('/');
            }
            joined.writeBytes(name.bytes());
        }
        return joined.toByteArray();
    }

    @Override
    public String toString() {
        return new String(join(names), StandardCharsets.UTF_8);
    }
}
