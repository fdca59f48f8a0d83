package io.bascule.imagebuilder.initrd;

import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Cuts the tree of an initrd into several, which become archives that are compressed one by one; the kernel unpacks them one
 * over the other. What is in one of them stays the same, to the bit, when another changes: so a delta of an image with another
 * version, or another library, does not send the whole initrd again.
 */
final class InitrdParts {
    /** Files below are all in the first part; a version stands in one of them. */
    private static final long SMALL = 16 << 10;

    private static final long LEAST = 512 << 10;
    private static final long MOST = 4 << 20;

    /** One path in so many may end a part. Where parts end goes by names, so that a file changes few of them. */
    private static final int ENDS = 8;

    private final FileTree rest = FileTree.empty();
    private final List<FileTree> parts = new ArrayList<>(List.of(rest));
    private FileTree part = FileTree.empty();
    private long size;

    private InitrdParts() {}

    /** {@return trees that together are {@code tree}: first everything but large files, then these} */
    static List<FileTree> of(FileTree tree) {
        var parts = new InitrdParts();
        parts.directory(List.of(), tree.root());
        parts.end();
        return parts.parts;
    }

    private void directory(List<Name> path, Inode.Directory directory) {
        for (var child : directory.children()) {
            var childPath = new ArrayList<>(path);
            childPath.add(child.getKey());
            switch (child.getValue()) {
                case Inode.Directory below -> {
                    rest.putDirectory(childPath, below.attributes());
                    directory(childPath, below);
                }
                case Inode.RegularFile file when file.content().size() >= SMALL -> large(childPath, file);
                case Inode other -> rest.put(childPath, other);
            }
        }
    }

    private void large(List<Name> path, Inode.RegularFile file) {
        if (size + file.content().size() > MOST) {
            // Hosts take archives of up to 8 MiB apart: a file that is large has one for itself.
            end();
        }
        for (var depth = 1; depth < path.size(); depth++) {
            var parent = path.subList(0, depth);
            part.putDirectory(parent, rest.directory(parent).attributes());
        }
        part.put(path, file);
        size += file.content().size();
        if (size >= MOST || (size >= LEAST && mayEnd(path))) {
            end();
        }
    }

    private static boolean mayEnd(List<Name> path) {
        var crc = new CRC32();
        path.forEach(name -> crc.update(name.bytes()));
        return crc.getValue() % ENDS == 0;
    }

    private void end() {
        if (size > 0) {
            parts.add(part);
            part = FileTree.empty();
            size = 0;
        }
    }
}
