package io.bascule.imagebuilder.initrd;

import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Writes a tree as a cpio archive in the "newc" format that Linux unpacks as its initramfs (Linux,
 * Documentation/driver-api/early-userspace/buffer-format.rst). Times are 0 and inode numbers count up, so equal trees give
 * equal bytes.
 */
public final class CpioWriter {
    private static final String MAGIC = "070701";
    private static final String TRAILER = "TRAILER!!!";
    private static final int ALIGNMENT = 4;
    /** PATH_MAX of Linux, with the NUL at the end: the kernel passes over entries with longer names. */
    private static final int MAX_PATH = 4096;
    /** File sizes have eight hexadecimal digits. */
    private static final long MAX_FILE = 0xFFFF_FFFFL;

    private final OutputStream out;
    private final IdentityHashMap<Inode, Integer> links;
    private final IdentityHashMap<Inode, Integer> numbers = new IdentityHashMap<>();
    private long position;
    private int nextNumber = 1;

    private CpioWriter(OutputStream out, IdentityHashMap<Inode, Integer> links) {
        this.out = out;
        this.links = links;
    }

    /** Writes {@code tree} to {@code out}, which is not closed. */
    public static void write(FileTree tree, OutputStream out) throws IOException {
        var links = new IdentityHashMap<Inode, Integer>();
        tree.walk((unused, inode) -> links.merge(inode, 1, Integer::sum));
        var writer = new CpioWriter(out, links);
        writer.directory(List.of(), tree.root());
        writer.header(Name.of(TRAILER), 0, 0, 0, 0, 1, 0, 0, 0);
    }

    private void directory(List<Name> path, Inode.Directory directory) throws IOException {
        for (var child : directory.children()) {
            var childPath = new ArrayList<>(path);
            childPath.add(child.getKey());
            entry(join(childPath), child.getValue());
            if (child.getValue() instanceof Inode.Directory below) {
                directory(childPath, below);
            }
        }
    }

    private void entry(Name path, Inode inode) throws IOException {
        if (path.equals(Name.of(TRAILER))) {
            throw new IOException("an initrd cannot have a file " + TRAILER + ", which is how its archive ends");
        }
        if (path.length() >= MAX_PATH) {
            throw new IOException("a path of " + path.length() + " bytes is too long for an initrd");
        }
        var attributes = inode.attributes();
        var known = numbers.get(inode);
        var number = known != null ? known : nextNumber++;
        numbers.put(inode, number);
        var mode = inode.fileType() | attributes.permissions();
        var linkCount = inode instanceof Inode.Directory ? 2 : links.getOrDefault(inode, 1);
        switch (inode) {
            case Inode.Directory unused ->
                header(path, number, mode, attributes.uid(), attributes.gid(), linkCount, 0, 0, 0);
            case Inode.RegularFile file -> {
                // The kernel takes the data that comes with the first name of a hard link.
                var size = known != null ? 0 : file.content().size();
                if (size > MAX_FILE) {
                    throw new IOException(path + " is too large for an initrd: " + size + " bytes");
                }
                header(path, number, mode, attributes.uid(), attributes.gid(), linkCount, size, 0, 0);
                if (size > 0) {
                    try (var in = file.content().open()) {
                        var count = in.transferTo(out);
                        if (count != size) {
                            throw new IOException(path + " has " + count + " bytes in place of " + size);
                        }
                        position += count;
                    }
                    pad();
                }
            }
            case Inode.Symlink link -> {
                var target = link.target().bytes();
                header(path, number, mode, attributes.uid(), attributes.gid(), linkCount, target.length, 0, 0);
                put(target);
                pad();
            }
            case Inode.Special special ->
                header(
                        path,
                        number,
                        mode,
                        attributes.uid(),
                        attributes.gid(),
                        linkCount,
                        0,
                        special.major(),
                        special.minor());
        }
    }

    private void header(
            Name path, int number, int mode, long uid, long gid, int linkCount, long size, int major, int minor)
            throws IOException {
        var fields = new StringBuilder(MAGIC);
        for (var field :
                new long[] {number, mode, uid, gid, linkCount, 0, size, 0, 0, major, minor, path.length() + 1, 0}) {
            fields.append(HexFormat.of().withUpperCase().toHexDigits(field, 8));
        }
        put(fields.toString().getBytes(StandardCharsets.US_ASCII));
        put(path.bytes());
        put(new byte[1]);
        pad();
    }

    private void put(byte[] bytes) throws IOException {
        out.write(bytes);
        position += bytes.length;
    }

    private void pad() throws IOException {
        put(new byte[(int) (-position & (ALIGNMENT - 1))]);
    }

    private static Name join(List<Name> path) {
        var joined = new ByteArrayOutputStream();
        for (var name : path) {
            if (joined.size() > 0) {
                joined.write('/');
            }
            joined.writeBytes(name.bytes());
        }
        return Name.of(joined.toByteArray());
    }
}
