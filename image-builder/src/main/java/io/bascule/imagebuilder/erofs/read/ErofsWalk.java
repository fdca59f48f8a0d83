package io.bascule.imagebuilder.erofs.read;

import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Goes through a tree, parents before children, names in ascending order. A directory that is met twice, be it inside
 * itself, is malformed: a directory has one name.
 */
public final class ErofsWalk {
    /** What a walk calls for everything below where it began. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * @param path the entries from where the walk began down to this inode; a view that changes
         * @return whether to go on into the inode, if it is a directory
         */
        boolean visit(List<ErofsEntry> path, ErofsInode inode) throws IOException;
    }

    private final ErofsReader reader;
    private final Visitor visitor;
    private final Set<Long> directories = new HashSet<>();
    private final List<ErofsEntry> path = new ArrayList<>();

    private ErofsWalk(ErofsReader reader, Visitor visitor) {
        this.reader = reader;
        this.visitor = visitor;
    }

    /** Calls {@code visitor} for everything below {@code directory}. */
    public static void below(ErofsReader reader, ErofsInode directory, Visitor visitor) throws IOException {
        var walk = new ErofsWalk(reader, visitor);
        walk.directories.add(directory.nid());
        walk.walk(directory);
    }

    private void walk(ErofsInode directory) throws IOException {
        for (var entry : reader.list(directory)) {
            var inode = reader.inode(entry);
            if (inode.type() == ErofsFileType.DIRECTORY && !directories.add(inode.nid())) {
                throw malformed(entry, "a second name of directory " + inode.nid());
            }
            if (path.size() == FileTree.MAX_DEPTH) {
                throw malformed(entry, "directories are nested more than " + FileTree.MAX_DEPTH + " deep");
            }
            path.add(entry);
            if (visitor.visit(path, inode) && inode.type() == ErofsFileType.DIRECTORY) {
                walk(inode);
            }
            path.removeLast();
        }
    }

    private static MalformedFormatException malformed(ErofsEntry entry, String problem) {
        return new MalformedFormatException(
                "EROFS directory", "nid", entry.offset(), problem + ": '" + entry.name() + "'");
    }
}
