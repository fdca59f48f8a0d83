package io.bascule.imagebuilder.erofs.read;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The extents of a file in chunks of equal size, each with an address of its own or a hole. */
final class ChunkExtents implements ExtentCursor {
    private static final String FORMAT = "EROFS chunk index";
    private static final int LOCATION = 16;

    private final ImageBytes image;
    private final ErofsSuperblock superblock;
    private final long size;
    private final int chunkBits;
    private final int unit;
    private final long start;
    private final IndexWindow window;
    private long chunk;

    ChunkExtents(ImageBytes image, ErofsSuperblock superblock, ErofsInode inode) throws MalformedFormatException {
        this.image = image;
        this.superblock = superblock;
        this.size = inode.size();
        this.window = new IndexWindow(image, FORMAT);
        var format = inode.location() & 0xFFFF;
        if ((format & ~(ErofsFormat.CHUNK_BITS_MASK | ErofsFormat.CHUNK_INDEXES)) != 0) {
            throw new MalformedFormatException(
                    "EROFS inode",
                    "i_u.c.format",
                    inode.offset() + LOCATION,
                    "a form of chunks that cannot be read: 0x" + Integer.toHexString(format));
        }
        chunkBits = superblock.blockBits() + (format & ErofsFormat.CHUNK_BITS_MASK);
        unit = (format & ErofsFormat.CHUNK_INDEXES) != 0 ? 8 : 4;
        start = ErofsFormat.roundUp(inode.end(), unit);
        var chunks = size == 0 ? 0 : ((size - 1) >> chunkBits) + 1;
        if (start > image.limit() || chunks > (image.limit() - start) / unit) {
            throw new MalformedFormatException(
                    "EROFS inode",
                    "i_size",
                    inode.offset() + 8,
                    "the index of " + chunks + " chunks goes beyond the image of " + image.limit());
        }
    }

    @Override
    public @Nullable ErofsExtent next() throws IOException {
        var from = chunk << chunkBits;
        // The second: a size just below 2^63 whose last chunk ends beyond.
        if (from >= size || from < 0) {
            return null;
        }
        var at = start + unit * chunk;
        var length = Math.min(1L << chunkBits, size - from);
        chunk++;
        var entry = window.at(at, unit);
        var block = entry.getInt(unit - 4);
        if (block == ErofsFormat.NO_BLOCK) {
            return new ErofsExtent(from, length, ErofsExtent.Storage.HOLE, 0, 0, false, at);
        }
        if (unit == 8 && entry.getShort(2) != 0) {
            throw new MalformedFormatException(
                    FORMAT, "device_id", at + 2, "on another device, number " + (entry.getShort(2) & 0xFFFF));
        }
        var address = (block & 0xFFFF_FFFFL) << superblock.blockBits();
        image.require(address, length, FORMAT, "blkaddr", at + unit - 4);
        var stored = Math.min(ErofsFormat.roundUp(length, superblock.blockSize()), image.limit() - address);
        return new ErofsExtent(from, length, ErofsExtent.Storage.FLAT, address, stored, false, at);
    }
}
