package io.bascule.imagebuilder.erofs.read;

import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tree in an image. Names, attributes and links are in memory, contents are read from the image when wanted. */
public final class ErofsTree {
    private static final int MAX_NAMES = 10_000_000;
    private static final long MAX_XATTRS = 256L << 20;

    private final ErofsReader reader;
    private final Map<Long, Inode> byNid = new HashMap<>();
    private int names;
    private long xattrBytes;

    private ErofsTree(ErofsReader reader) {
        this.reader = reader;
    }

    /**
     * {@return the tree, in which two names of one inode are hard links; times are not kept}
     *
     * @throws MalformedFormatException if the image is, or has more than ten million names or 256 MiB of attributes
     */
    public static FileTree read(ErofsReader reader) throws IOException {
        return new ErofsTree(reader).read();
    }

    private FileTree read() throws IOException {
        var found = reader.root();
        var root = new Inode.Directory(attributes(found));
        var directories = new ArrayList<>(List.of(root));
        ErofsWalk.below(reader, found, (path, inode) -> {
            if (++names > MAX_NAMES) {
                throw new MalformedFormatException(
                        "EROFS directory", "name", path.getLast().offset(), "more than " + MAX_NAMES + " names");
            }
            directories.subList(path.size(), directories.size()).clear();
            var made = byNid.get(inode.nid());
            if (made == null) {
                made = convert(inode);
                byNid.put(inode.nid(), made);
            }
            directories.getLast().put(path.getLast().name(), made);
            if (made instanceof Inode.Directory directory) {
                directories.add(directory);
            }
            return true;
        });
        return new FileTree(root);
    }

    private Inode convert(ErofsInode inode) throws IOException {
        var attributes = attributes(inode);
        return switch (inode.type()) {
            case REGULAR -> new Inode.RegularFile(attributes, reader.content(inode));
            case DIRECTORY -> new Inode.Directory(attributes);
            case SYMLINK -> new Inode.Symlink(attributes, reader.target(inode));
            case CHARACTER_DEVICE -> special(inode, attributes, Inode.Special.Kind.CHARACTER_DEVICE);
            case BLOCK_DEVICE -> special(inode, attributes, Inode.Special.Kind.BLOCK_DEVICE);
            case FIFO -> special(inode, attributes, Inode.Special.Kind.FIFO);
            case SOCKET -> special(inode, attributes, Inode.Special.Kind.SOCKET);
        };
    }

    private static Inode.Special special(ErofsInode inode, Attributes attributes, Inode.Special.Kind kind) {
        var device = inode.type().device();
        return new Inode.Special(attributes, kind, device ? inode.major() : 0, device ? inode.minor() : 0);
    }

    private Attributes attributes(ErofsInode inode) throws IOException {
        var xattrs = reader.xattrs(inode);
        xattrBytes += xattrs.values().stream().mapToLong(value -> value.length).sum();
        if (xattrBytes > MAX_XATTRS) {
            throw new MalformedFormatException(
                    "EROFS inode", "i_xattr_icount", inode.offset() + 2, "more than 256 MiB of extended attributes");
        }
        return new Attributes(inode.permissions(), inode.uid(), inode.gid(), xattrs);
    }
}
