package io.bascule.imagebuilder.erofs.read;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.partitionlayout.MalformedFormatException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The extents of a file that is not compressed: consecutive blocks, and in one of two layouts an end behind the inode. */
final class FlatExtents implements ExtentCursor {
    private static final String FORMAT = "EROFS inode";
    private static final int LOCATION = 16;

    private final Queue<ErofsExtent> extents = new ArrayDeque<>();

    FlatExtents(ImageBytes image, ErofsSuperblock superblock, ErofsInode inode) throws MalformedFormatException {
        var blockSize = superblock.blockSize();
        var size = inode.size();
        if (size == 0) {
            return;
        }
        // An end that fills its block may be inline too.
        var tail = inode.layout() == ErofsFormat.LAYOUT_FLAT_INLINE ? (int) ((size - 1) % blockSize) + 1 : 0;
        var full = size - tail;
        if (full > 0) {
            var address = (inode.location() & 0xFFFF_FFFFL) << superblock.blockBits();
            image.require(address, full, FORMAT, "i_u.startblk", inode.offset() + LOCATION);
            var stored = Math.min(ErofsFormat.roundUp(full, blockSize), image.limit() - address);
            extents.add(new ErofsExtent(
                    0, full, ErofsExtent.Storage.FLAT, address, stored, false, inode.offset() + LOCATION));
        }
        if (tail > 0) {
            var address = inode.end();
            if (address % blockSize + tail > blockSize) {
                throw new MalformedFormatException(
                        FORMAT, "i_size", inode.offset() + 8, "the inline end crosses a block boundary");
            }
            image.require(address, tail, FORMAT, "i_size", inode.offset() + 8);
            extents.add(new ErofsExtent(
                    full, tail, ErofsExtent.Storage.INLINE, address, tail, false, inode.offset() + LOCATION));
        }
    }

    @Override
    public @Nullable ErofsExtent next() {
        return extents.poll();
    }
}
