package io.bascule.imagebuilder.source;

import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Files of the machine that builds, for the few that come from there: a board's overlay, the engine's runtime. They belong
 * to root in the image, and of their modes only "executable" counts, so that neither user nor umask show in it.
 */
public final class HostFiles {
    private HostFiles() {}

    /**
     * Puts everything below {@code folder} into {@code tree} below {@code target}, over what is there. Symbolic links are
     * taken as they are and never followed.
     *
     * @param target path in the tree, empty for its root
     * @throws IOException if a file cannot be read, or is neither file, folder nor symbolic link
     */
    public static void addAll(Path folder, FileTree tree, String target) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted().toList()) {
                var path = target + "/" + folder.relativize(file);
                var components = FileTree.components(path.getBytes(StandardCharsets.UTF_8));
                if (components.isEmpty()) {
                    continue;
                }
                if (Files.isSymbolicLink(file)) {
                    tree.put(
                            components,
                            new Inode.Symlink(
                                    Attributes.rootOwned(0777),
                                    Name.of(Files.readSymbolicLink(file).toString())));
                } else if (Files.isDirectory(file)) {
                    tree.directory(components);
                } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    tree.put(
                            components,
                            new Inode.RegularFile(
                                    Attributes.rootOwned(Files.isExecutable(file) ? 0755 : 0644),
                                    new HostContent(file, Files.size(file))));
                } else {
                    throw new IOException(file + " is neither a file, a folder nor a symbolic link");
                }
            }
        }
    }

    private record HostContent(Path file, long size) implements Content {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }
}
