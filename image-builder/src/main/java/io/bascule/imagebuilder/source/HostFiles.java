package io.bascule.imagebuilder.source;

import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

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
     * @throws IllegalArgumentException if the tree has no place for a file, as {@link FileTree#put(List, Inode)} says
     * @throws IOException if a file cannot be read, or is neither file, folder nor symbolic link
     */
    public static void addAll(Path folder, FileTree tree, String target) throws IOException {
        var below = FileTree.components(target.getBytes(StandardCharsets.UTF_8));
        var root = folder.toRealPath();
        try (var files = Files.walk(root)) {
            for (var file : files.sorted().toList()) {
                if (!file.equals(root)) {
                    var path = new ArrayList<>(below);
                    root.relativize(file).forEach(name -> path.add(Name.of(bytes(name))));
                    add(file, tree, path);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void add(Path file, FileTree tree, List<Name> path) throws IOException {
        var attributes = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isSymbolicLink()) {
            tree.put(path, new Inode.Symlink(Attributes.rootOwned(0777), target(Files.readSymbolicLink(file))));
        } else if (attributes.isDirectory()) {
            tree.directory(path);
        } else if (attributes.isRegularFile()) {
            if (!Files.isReadable(file)) {
                throw new IOException(file + " cannot be read");
            }
            // The owner's bit: what the others may do is the umask's choice.
            var executable = attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
            tree.put(
                    path,
                    new Inode.RegularFile(
                            Attributes.rootOwned(executable ? 0755 : 0644), new HostContent(file, attributes.size())));
        } else {
            throw new IOException(file + " is neither a file, a folder nor a symbolic link");
        }
    }

    private static Name target(Path link) {
        var target = new ByteArrayOutputStream();
        if (link.isAbsolute()) {
            target.write('/');
        }
        for (var i = 0; i < link.getNameCount(); i++) {
            if (i > 0) {
                target.write('/');
            }
            target.writeBytes(bytes(link.getName(i)));
        }
        return Name.of(target.toByteArray());
    }

    /** The bytes of one name. Only an address keeps them: as text, those that the locale cannot decode would be lost. */
    private static byte[] bytes(Path name) {
        var address = name.toUri().getRawPath();
        var encoded = (address.endsWith("/") ? address.substring(0, address.length() - 1) : address);
        encoded = encoded.substring(encoded.lastIndexOf('/') + 1);
        var bytes = new ByteArrayOutputStream();
        for (var i = 0; i < encoded.length(); i++) {
            if (encoded.charAt(i) == '%') {
                bytes.write(HexFormat.fromHexDigits(encoded, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(encoded.charAt(i));
            }
        }
        return bytes.toByteArray();
    }

    private record HostContent(Path file, long size) implements Content {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }
}
