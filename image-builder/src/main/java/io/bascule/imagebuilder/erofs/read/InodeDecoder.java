package io.bascule.imagebuilder.erofs.read;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * Reads inodes.
 *
 * @see <a href="https://erofs.docs.kernel.org/en/latest/core_ondisk.html#inodes">Inodes</a>
 */
record InodeDecoder(ImageBytes image, ErofsSuperblock superblock) {
    private static final String FORMAT = "EROFS inode";
    private static final int FORMAT_MASK = 0xF;
    private static final int PERMISSIONS = 0xFFF;

    /**
     * @param nid of the inode
     * @param field what names it, and {@code fieldOffset} where that stands
     */
    ErofsInode decode(long nid, String field, long fieldOffset) throws IOException {
        var base = superblock.metaBlock() << superblock.blockBits();
        if (nid < 0 || nid > (image.limit() - base) / ErofsFormat.INODE_SLOT) {
            throw new MalformedFormatException(
                    FORMAT, field, fieldOffset, "inode " + nid + " is outside the image of " + image.limit());
        }
        var offset = base + nid * ErofsFormat.INODE_SLOT;
        var format = image.read(offset, Short.BYTES, FORMAT, field, fieldOffset).getShort() & 0xFFFF;
        var layout = (format >> 1) & 7;
        if ((format & ~FORMAT_MASK) != 0 || layout > ErofsFormat.LAYOUT_CHUNK_BASED) {
            throw malformed("i_format", offset, "a form that cannot be read: 0x" + Integer.toHexString(format));
        }
        var extended = (format & 1) != 0;
        var coreSize = extended ? ErofsFormat.EXTENDED_INODE_SIZE : ErofsFormat.COMPACT_INODE_SIZE;
        var bytes = image.read(offset, coreSize, FORMAT, field, fieldOffset);
        var inode = decode(bytes, nid, offset, layout, extended);
        image.require(inode.offset(), coreSize + (long) inode.xattrSize(), FORMAT, "i_xattr_icount", offset + 2);
        return inode;
    }

    private ErofsInode decode(ByteBuffer bytes, long nid, long offset, int layout, boolean extended)
            throws MalformedFormatException {
        var xattrCount = bytes.getShort(2) & 0xFFFF;
        var mode = bytes.getShort(4) & 0xFFFF;
        var type = ErofsFileType.ofMode(mode)
                .orElseThrow(() -> malformed("i_mode", offset + 4, "no kind of file: 0" + Integer.toOctalString(mode)));
        var size = extended ? bytes.getLong(8) : bytes.getInt(8) & 0xFFFF_FFFFL;
        if (size < 0) {
            throw malformed("i_size", offset + 8, "too large: " + Long.toUnsignedString(size));
        }
        return new ErofsInode(
                nid,
                offset,
                layout,
                type,
                mode & PERMISSIONS,
                extended ? bytes.getInt(24) & 0xFFFF_FFFFL : bytes.getShort(24) & 0xFFFF,
                extended ? bytes.getInt(28) & 0xFFFF_FFFFL : bytes.getShort(26) & 0xFFFF,
                extended ? bytes.getInt(44) & 0xFFFF_FFFFL : bytes.getShort(6) & 0xFFFF,
                size,
                extended ? time(bytes, offset) : superblock.buildTime(),
                bytes.getInt(16),
                extended ? ErofsFormat.EXTENDED_INODE_SIZE : ErofsFormat.COMPACT_INODE_SIZE,
                xattrCount == 0 ? 0 : ErofsFormat.XATTR_HEADER_SIZE + Integer.BYTES * (xattrCount - 1));
    }

    private static Instant time(ByteBuffer bytes, long offset) throws MalformedFormatException {
        var seconds = bytes.getLong(32);
        var nanos = bytes.getInt(40);
        return ErofsTime.of(seconds, nanos)
                .orElseThrow(() -> malformed("i_mtime", offset + 32, "no time: " + seconds + " s, " + nanos + " ns"));
    }

    private static MalformedFormatException malformed(String field, long offset, String problem) {
        return new MalformedFormatException(FORMAT, field, offset, problem);
    }
}
