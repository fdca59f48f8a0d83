package io.bascule.imagebuilder.source;

import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import java.util.List;
import java.util.Optional;

/** Where the entries of an archive go. All throw IllegalArgumentException if the entry has no place. */
public interface EntrySink {
    /** An entry that is no directory. */
    void put(List<Name> path, Inode inode);

    void putDirectory(List<Name> path, Attributes attributes);

    /** {@return what a hard link to {@code path} would be a link to} */
    Optional<Inode> locate(List<Name> path);

    /** {@return a sink that puts entries over those of {@code tree} as tar does when it unpacks packages} */
    static EntrySink onto(FileTree tree) {
        return new EntrySink() {
            @Override
            public void put(List<Name> path, Inode inode) {
                tree.put(path, inode);
            }

            @Override
            public void putDirectory(List<Name> path, Attributes attributes) {
                tree.putDirectory(path, attributes);
            }

            @Override
            public Optional<Inode> locate(List<Name> path) {
                return tree.locate(path);
            }
        };
    }
}
