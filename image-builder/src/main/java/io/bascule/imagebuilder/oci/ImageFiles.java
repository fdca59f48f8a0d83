package io.bascule.imagebuilder.oci;

import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The files of a layout, in a folder or in an archive. */
interface ImageFiles {
    Optional<Content> file(String path) throws IOException;

    static ImageFiles in(Path folder) {
        return path -> {
            var file = folder.resolve(path).normalize();
            return file.startsWith(folder.normalize()) && Files.isRegularFile(file)
                    ? Optional.of(new FileContent(file, Files.size(file)))
                    : Optional.empty();
        };
    }

    static ImageFiles in(FileTree archive) {
        return path -> archive.file(path).map(Inode.RegularFile::content);
    }

    /** A file of this machine. */
    record FileContent(Path file, long size) implements Content {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }
}
