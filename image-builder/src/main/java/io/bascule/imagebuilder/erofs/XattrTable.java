package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.tree.Inode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The extended attributes of all inodes. What several inodes have (an SELinux label, say) is kept once, in the shared
 * area; the rest stands behind its inode. Both are sorted.
 */
final class XattrTable {
    /** Where each shared attribute stands, in units of four bytes from the start of the area. */
    private final SortedMap<Xattr, Integer> shared = new TreeMap<>();

    private final int sharedSize;

    XattrTable(InodeTable inodes) {
        var uses = new HashMap<Xattr, Integer>();
        for (var node : inodes.nodes()) {
            try {
                xattrs(node.inode()).forEach(xattr -> uses.merge(xattr, 1, Integer::sum));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(inodes.path(node.number()) + ": " + e.getMessage(), e);
            }
        }
        uses.forEach((xattr, count) -> {
            if (count > 1) {
                shared.put(xattr, 0);
            }
        });
        var at = 0L;
        for (var entry : shared.entrySet()) {
            entry.setValue(Math.toIntExact(at / 4));
            at += entry.getKey().encodedSize();
        }
        sharedSize = Math.toIntExact(at);
        for (var node : inodes.nodes()) {
            var size = bodySize(node.inode());
            if (size > ErofsFormat.MAX_XATTR_BODY) {
                throw new IllegalArgumentException(inodes.path(node.number()) + ": its extended attributes take " + size
                        + " bytes, at most " + ErofsFormat.MAX_XATTR_BODY + " fit");
            }
        }
    }

    /** {@return the size of the shared area in bytes; 0 if there is none} */
    int sharedSize() {
        return sharedSize;
    }

    byte[] encodeShared() {
        var buffer = ByteBuffer.allocate(sharedSize).order(ByteOrder.LITTLE_ENDIAN);
        shared.keySet().forEach(xattr -> xattr.encode(buffer));
        return buffer.array();
    }

    /** {@return how many bytes stand behind the inode; 0 if it has no attributes} */
    int bodySize(Inode inode) {
        if (inode.attributes().xattrs().isEmpty()) {
            return 0;
        }
        var body = split(inode);
        return ErofsFormat.XATTR_HEADER_SIZE
                + 4 * body.sharedIds().size()
                + body.inline().stream().mapToInt(Xattr::encodedSize).sum();
    }

    /** Writes {@link #bodySize} bytes. */
    void encodeBody(Inode inode, ByteBuffer target) {
        if (inode.attributes().xattrs().isEmpty()) {
            return;
        }
        var body = split(inode);
        target.putInt(0);
        target.put((byte) body.sharedIds().size());
        target.put(new byte[7]);
        body.sharedIds().forEach(target::putInt);
        body.inline().forEach(xattr -> xattr.encode(target));
    }

    private record Body(List<Integer> sharedIds, List<Xattr> inline) {}

    private Body split(Inode inode) {
        var ids = new ArrayList<Integer>();
        var inline = new ArrayList<Xattr>();
        for (var xattr : xattrs(inode)) {
            var id = shared.get(xattr);
            if (id != null && ids.size() < ErofsFormat.MAX_SHARED_XATTRS) {
                ids.add(id);
            } else {
                inline.add(xattr);
            }
        }
        return new Body(ids, inline);
    }

    private static List<Xattr> xattrs(Inode inode) {
        return inode.attributes().xattrs().entrySet().stream()
                .map(entry -> Xattr.of(entry.getKey(), entry.getValue()))
                .sorted()
                .toList();
    }
}
