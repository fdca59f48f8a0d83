package io.bascule.imagebuilder.skeleton;

import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the two lists, and the files beside it.
 *
 * @param name {@code image} or {@code initrd}
 * @param entries in the order of the list
 */
public record Skeleton(String name, List<Entry> entries) {

    /** A line of a list. */
    public sealed interface Entry {
        /** A file from the folder beside the list. */
        record File(String path, int permissions) implements Entry {}

        /** An empty directory. */
        record Directory(String path, int permissions) implements Entry {}

        /** A symbolic link. */
        record Link(String path, String target) implements Entry {}

        /** A file of the image, with what it needs; a {@code *} in the last name stands for any characters. */
        record Copy(String path) implements Entry {}

        /** A kernel module, with those it depends on. */
        record Module(String module) implements Entry {}
    }

    /** What every image gets. */
    public static Skeleton image() {
        return load("image");
    }

    /** What every initrd is made of. */
    public static Skeleton initrd() {
        return load("initrd");
    }

    /** Puts files, directories and links into {@code tree}. What to do with the other entries is up to the caller. */
    public void applyTo(FileTree tree) {
        for (var entry : entries) {
            switch (entry) {
                case Entry.File file ->
                    tree.put(
                            file.path(),
                            new Inode.RegularFile(
                                    Attributes.rootOwned(file.permissions()),
                                    Content.of(resource(name + "/" + file.path()))));
                case Entry.Directory directory ->
                    tree.putDirectory(
                            FileTree.components(directory.path().getBytes(StandardCharsets.UTF_8)),
                            Attributes.rootOwned(directory.permissions()));
                case Entry.Link link -> tree.putLink(link.path(), link.target());
                case Entry.Copy unused -> {}
                case Entry.Module unused -> {}
            }
        }
    }

    private static Skeleton load(String name) {
        var entries = new ArrayList<Entry>();
        for (var line : new String(resource(name + ".list"), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                entries.add(parse(line));
            }
        }
        return new Skeleton(name, List.copyOf(entries));
    }

    private static Entry parse(String line) {
        var words = line.split(" ");
        if (words.length == 3) {
            switch (words[0]) {
                case "file" -> {
                    return new Entry.File(words[2], Integer.parseInt(words[1], 8));
                }
                case "directory" -> {
                    return new Entry.Directory(words[2], Integer.parseInt(words[1], 8));
                }
                case "link" -> {
                    return new Entry.Link(words[2], words[1]);
                }
                default -> {}
            }
        }
        if (words.length == 2) {
            switch (words[0]) {
                case "copy" -> {
                    return new Entry.Copy(words[1]);
                }
                case "module" -> {
                    return new Entry.Module(words[1]);
                }
                default -> {}
            }
        }
        throw new IllegalStateException("not a line of a skeleton: " + line);
    }

    private static byte[] resource(String path) {
        var full = "/io/bascule/imagebuilder/skeleton/" + path;
        try (@Nullable InputStream in = Skeleton.class.getResourceAsStream(full)) {
            if (in == null) {
                throw new IllegalStateException("not in the jar: " + full);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
