package io.bascule.imagebuilder.erofs.read;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The extents of a compressed file. An entry of the index that is a head begins one, which lasts to the next head; where
 * the entries between lead is checked, because the kernel goes that way.
 */
final class CompressedExtents implements ExtentCursor {
    private final ImageBytes image;
    private final ErofsSuperblock superblock;
    private final ErofsInode inode;
    private final MapHeader header;
    private final ClusterIndex index;
    private final long entries;
    private long headNumber;
    private ClusterIndex.@Nullable Entry head;
    private boolean begun;

    CompressedExtents(ImageBytes image, ErofsSuperblock superblock, ErofsInode inode) throws IOException {
        this.image = image;
        this.superblock = superblock;
        this.inode = inode;
        this.header = MapHeader.decode(image, inode);
        this.entries = inode.size() == 0 ? 0 : ((inode.size() - 1) >> superblock.blockBits()) + 1;
        // A file without an index asks it nothing, but if it had one, it would be this.
        this.index = inode.layout() == ErofsFormat.LAYOUT_COMPRESSED_FULL
                ? new FullIndex(image, header, header.fragmentOnly() ? 0 : entries, inode)
                : new CompactIndex(image, superblock, header, header.fragmentOnly() ? 0 : entries, inode);
    }

    @Override
    public @Nullable ErofsExtent next() throws IOException {
        if (!begun) {
            begun = true;
            if (entries == 0) {
                return null;
            }
            if (header.fragmentOnly()) {
                return fragment(0, inode.size(), header.fragmentOffset(), header.offset());
            }
            var first = index.entry(0);
            if (first.type() == ErofsFormat.LCLUSTER_NONHEAD || first.offsetInCluster() != 0) {
                throw malformed("clusterofs", first.offset(), "no extent begins with the file");
            }
            head = first;
        }
        if (head == null) {
            return null;
        }
        var found = extent(head);
        image.require(
                found.storage() == ErofsExtent.Storage.FRAGMENT ? 0 : found.address(),
                found.storedLength(),
                FullIndex.FORMAT,
                "blkaddr",
                found.indexOffset());
        return found;
    }

    /** {@return the extent that {@code first} begins; the next head is known then} */
    private ErofsExtent extent(ClusterIndex.Entry first) throws IOException {
        var start = position(headNumber, first);
        var number = headNumber + 1;
        ClusterIndex.@Nullable Entry second = null;
        ClusterIndex.@Nullable Entry following = null;
        for (; number < entries; number++) {
            var entry = index.entry(number);
            if (entry.type() != ErofsFormat.LCLUSTER_NONHEAD) {
                following = entry;
                break;
            }
            if (entry.back() == 0 || entry.back() > number - headNumber) {
                throw malformed(
                        "delta[0]", entry.offset(), "leads " + entry.back() + " entries back, not into the extent");
            }
            if (number == headNumber + 1) {
                second = entry;
            } else if (entry.blockCount() != 0) {
                throw malformed("delta[0]", entry.offset(), "a number of blocks where none should be");
            }
        }
        var end = inode.size();
        if (following != null) {
            var next = position(number, following);
            if (next < end) {
                end = next;
            } else {
                // It only says where the file ends.
                following = null;
            }
        }
        var extent = extent(first, second, start, end - start, following == null);
        head = following;
        headNumber = number;
        return extent;
    }

    private long position(long number, ClusterIndex.Entry entry) throws MalformedFormatException {
        if (entry.offsetInCluster() >= superblock.blockSize()) {
            throw malformed("clusterofs", entry.offset(), entry.offsetInCluster() + " is beyond the block");
        }
        return (number << superblock.blockBits()) + entry.offsetInCluster();
    }

    /** @param second the entry behind the first if it belongs to the same extent */
    private int blockCount(ClusterIndex.Entry first, ClusterIndex.@Nullable Entry second)
            throws MalformedFormatException {
        if (second == null) {
            return 1;
        }
        var big = header.advises(
                first.type() == ErofsFormat.LCLUSTER_HEAD1
                        ? ErofsFormat.ADVISE_BIG_PCLUSTER_1
                        : ErofsFormat.ADVISE_BIG_PCLUSTER_2);
        if (!big) {
            if (second.blockCount() != 0) {
                throw malformed("delta[0]", second.offset(), "a number of blocks in a file without big clusters");
            }
            return 1;
        }
        if (second.blockCount() == 0) {
            throw malformed("delta[0]", second.offset(), "the number of blocks is missing");
        }
        return second.blockCount();
    }

    private ErofsExtent extent(
            ClusterIndex.Entry first, ClusterIndex.@Nullable Entry second, long start, long length, boolean last)
            throws IOException {
        if (last && header.advises(ErofsFormat.ADVISE_FRAGMENT_PCLUSTER)) {
            var upper = inode.layout() == ErofsFormat.LAYOUT_COMPRESSED_FULL ? first.block() << Integer.SIZE : 0;
            return fragment(start, length, upper | header.fragmentOffset(), first.offset());
        }
        long address;
        long stored;
        if (last && header.advises(ErofsFormat.ADVISE_INLINE_PCLUSTER)) {
            address = index.entry(entries - 1).end();
            stored = header.inlineSize();
            if (stored == 0 || address % superblock.blockSize() + stored > superblock.blockSize()) {
                throw new MalformedFormatException(
                        "EROFS map header",
                        "h_idata_size",
                        header.offset() + 2,
                        stored + " bytes at " + address + " are not inside one block");
            }
        } else {
            address = first.block() << superblock.blockBits();
            stored = (long) blockCount(first, second) << superblock.blockBits();
        }
        var storage = storage(first);
        if (stored > ErofsFormat.MAX_PCLUSTER) {
            throw malformed("delta[0]", first.offset(), "a cluster of " + stored + " bytes, more than 1 MiB");
        }
        if (storage.compressed() ? length > ErofsFormat.MAX_DECODED : length > stored) {
            throw malformed(
                    "clusterofs", first.offset(), length + " bytes of the file in " + stored + " as " + storage);
        }
        return new ErofsExtent(start, length, storage, address, stored, first.partial(), first.offset());
    }

    private ErofsExtent.Storage storage(ClusterIndex.Entry first) throws MalformedFormatException {
        if (first.type() == ErofsFormat.LCLUSTER_PLAIN) {
            return header.advises(ErofsFormat.ADVISE_INTERLACED_PCLUSTER)
                    ? ErofsExtent.Storage.INTERLACED
                    : ErofsExtent.Storage.PLAIN;
        }
        var storage = first.type() == ErofsFormat.LCLUSTER_HEAD1 ? header.head1() : header.head2();
        if (!superblock.algorithms().contains(storage)) {
            throw new MalformedFormatException(
                    "EROFS map header",
                    "h_algorithmtype",
                    header.offset() + ErofsFormat.MAP_ALGORITHMS,
                    storage + " is not among the algorithms of the superblock: " + superblock.algorithms());
        }
        return storage;
    }

    private ErofsExtent fragment(long start, long length, long offset, long indexOffset)
            throws MalformedFormatException {
        if (!superblock.fragments()) {
            throw malformed("h_advise", header.offset(), "a fragment in an image that has none by its superblock");
        }
        return new ErofsExtent(start, length, ErofsExtent.Storage.FRAGMENT, offset, 0, false, indexOffset);
    }

    private static MalformedFormatException malformed(String field, long offset, String problem) {
        return new MalformedFormatException(FullIndex.FORMAT, field, offset, problem);
    }
}
