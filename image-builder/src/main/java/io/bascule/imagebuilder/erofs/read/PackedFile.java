package io.bascule.imagebuilder.erofs.read;

import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file that holds fragments of others. Its extents are found once, and the one that was decoded last is kept, because
 * fragments of neighbours are neighbours.
 */
final class PackedFile {
    /** 64 MiB of memory. */
    private static final int MAX_EXTENTS = 1 << 20;

    private final ErofsInode inode;
    private final ExtentReader reader;
    private final List<ErofsExtent> extents = new ArrayList<>();
    private @Nullable ErofsExtent current;
    private byte[] decoded = {};

    PackedFile(ErofsInode inode, ExtentReader reader, ExtentCursor cursor) throws IOException {
        this.inode = inode;
        this.reader = reader;
        for (var extent = cursor.next(); extent != null; extent = cursor.next()) {
            if (extent.storage() == ErofsExtent.Storage.FRAGMENT) {
                throw new MalformedFormatException(
                        "EROFS map header", "h_advise", extent.indexOffset(), "a fragment in the packed file itself");
            }
            if (extents.size() == MAX_EXTENTS) {
                throw new MalformedFormatException(
                        "EROFS inode", "i_size", inode.offset() + 8, "a packed file of more than a million extents");
            }
            extents.add(extent);
        }
    }

    /** Fills {@code target} with bytes of the packed file; {@code fragment} says from where, for complaints. */
    synchronized void read(ErofsExtent fragment, long offset, byte[] target, int length) throws IOException {
        if (offset < 0 || offset > inode.size() || length > inode.size() - offset) {
            throw new MalformedFormatException(
                    "EROFS map header",
                    "h_fragmentoff",
                    fragment.indexOffset(),
                    length + " bytes at " + offset + " of a packed file of " + inode.size());
        }
        var done = 0;
        while (done < length) {
            var extent = containing(offset + done);
            var from = offset + done - extent.fileOffset();
            var count = (int) Math.min(length - done, extent.length() - from);
            if (extent.storage().compressed()) {
                if (!extent.equals(current)) {
                    decoded = reader.decode(extent);
                    current = extent;
                }
                System.arraycopy(decoded, (int) from, target, done, count);
            } else {
                reader.copy(extent, from, target, done, count);
            }
            done += count;
        }
    }

    private ErofsExtent containing(long offset) {
        var low = 0;
        var high = extents.size() - 1;
        while (low < high) {
            var middle = (low + high + 1) >>> 1;
            if (extents.get(middle).fileOffset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return extents.get(low);
    }
}
