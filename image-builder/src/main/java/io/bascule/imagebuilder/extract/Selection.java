package io.bascule.imagebuilder.extract;

import io.bascule.imagebuilder.erofs.read.ErofsFileType;
import io.bascule.imagebuilder.erofs.read.ErofsInode;
import io.bascule.imagebuilder.erofs.read.ErofsPath;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.erofs.read.ErofsWalk;
import io.bascule.imagebuilder.tree.Name;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Some files of an image, with everything below them and the directories above them: each once, parents first. */
public final class Selection {
    /** What is called for each file. */
    @FunctionalInterface
    public interface Visitor {
        /** @param path from the root down; empty for the root itself */
        void visit(List<Name> path, ErofsInode inode) throws IOException;
    }

    private final ErofsReader reader;
    private final List<ErofsPath> chosen;
    private final Set<List<Name>> visited = new HashSet<>();

    private Selection(ErofsReader reader, List<ErofsPath> chosen) {
        this.reader = reader;
        this.chosen = chosen;
    }

    /** Calls {@code visitor} for all that {@code chosen} are, or have below or above them. */
    public static void visit(ErofsReader reader, List<ErofsPath> chosen, Visitor visitor) throws IOException {
        new Selection(reader, chosen).visit(visitor);
    }

    private void visit(Visitor visitor) throws IOException {
        // A path that lies below another comes with it.
        var roots = chosen.stream()
                .filter(path -> chosen.stream()
                        .noneMatch(other -> other.names().size() < path.names().size()
                                && path.names().subList(0, other.names().size()).equals(other.names())))
                .distinct()
                .toList();
        for (var path : roots) {
            var inode = reader.root();
            once(List.of(), inode, visitor);
            for (var depth = 1; depth <= path.names().size(); depth++) {
                inode = reader.child(inode, path.names().get(depth - 1)).orElseThrow();
                once(path.names().subList(0, depth), inode, visitor);
            }
            if (inode.type() == ErofsFileType.DIRECTORY) {
                ErofsWalk.below(reader, inode, (entries, below) -> {
                    var full = new ArrayList<>(path.names());
                    entries.forEach(entry -> full.add(entry.name()));
                    visitor.visit(full, below);
                    return true;
                });
            }
        }
    }

    private void once(List<Name> path, ErofsInode inode, Visitor visitor) throws IOException {
        if (visited.add(List.copyOf(path))) {
            visitor.visit(path, inode);
        }
    }
}
