package io.bascule.imagebuilder;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** What tests ask a tree. */
public final class Trees {
    private Trees() {}

    public static Inode at(FileTree tree, String path) {
        var inode = tree.find(path).orElse(null);
        assertThat(inode).as("/" + path).isNotNull();
        return Objects.requireNonNull(inode);
    }

    public static String text(FileTree tree, String path) throws IOException {
        assertThat(at(tree, path)).isInstanceOf(Inode.RegularFile.class);
        return new String(((Inode.RegularFile) at(tree, path)).content().readAll(), StandardCharsets.UTF_8);
    }

    public static String link(FileTree tree, String path) {
        assertThat(at(tree, path)).isInstanceOf(Inode.Symlink.class);
        return ((Inode.Symlink) at(tree, path)).target().toString();
    }
}
