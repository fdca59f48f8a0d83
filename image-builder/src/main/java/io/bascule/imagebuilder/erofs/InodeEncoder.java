package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.tree.Inode;
import java.nio.ByteBuffer;

/**
 * The fixed part of an inode and its extended attributes.
 *
 * @see <a href="https://erofs.docs.kernel.org/en/latest/core_ondisk.html#inodes">Inodes</a>
 */
final class InodeEncoder {
    private final XattrTable xattrs;
    private final long buildTime;

    /** @param buildTime seconds since 1970; compact inodes take it from the superblock */
    InodeEncoder(XattrTable xattrs, long buildTime) {
        this.xattrs = xattrs;
        this.buildTime = buildTime;
    }

    /**
     * Writes inode and extended attributes.
     *
     * @param location the union i_u: first block, number of blocks or device number
     */
    void encode(InodeTable.Node node, Layout.Placement placement, int location, ByteBuffer target) {
        var attributes = node.inode().attributes();
        var bodySize = xattrs.bodySize(node.inode());
        var mode = node.inode().fileType() | attributes.permissions();
        var xattrCount = bodySize == 0 ? 0 : (bodySize - ErofsFormat.XATTR_HEADER_SIZE) / 4 + 1;
        target.putShort((short) (placement.dataLayout() << 1 | (placement.extended() ? 1 : 0)));
        target.putShort((short) xattrCount);
        target.putShort((short) mode);
        if (placement.extended()) {
            target.putShort((short) 0);
            target.putLong(placement.size());
            target.putInt(location);
            target.putInt((int) placement.nid());
            target.putInt((int) attributes.uid());
            target.putInt((int) attributes.gid());
            target.putLong(buildTime);
            target.putInt(0);
            target.putInt(node.links());
            target.put(new byte[16]);
        } else {
            target.putShort((short) node.links());
            target.putInt((int) placement.size());
            target.putInt(0);
            target.putInt(location);
            target.putInt((int) placement.nid());
            target.putShort((short) attributes.uid());
            target.putShort((short) attributes.gid());
            target.putInt(0);
        }
        xattrs.encodeBody(node.inode(), target);
    }

    /** {@return a device number as the kernel encodes it in 32 bits (new_encode_dev)} */
    static int deviceNumber(Inode.Special special) {
        return (special.minor() & 0xFF) | special.major() << 8 | (special.minor() & ~0xFF) << 12;
    }
}
