package io.bascule.imagebuilder.erofs.read;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;

/** The index with eight bytes for each entry. */
final class FullIndex implements ClusterIndex {
    static final String FORMAT = "EROFS cluster index";

    private final long start;
    private final IndexWindow window;

    FullIndex(ImageBytes image, MapHeader header, long entries, ErofsInode inode) throws MalformedFormatException {
        start = header.offset() + ErofsFormat.MAP_HEADER_SIZE + ErofsFormat.FULL_INDEX_GAP;
        window = new IndexWindow(image, FORMAT);
        if (start > image.limit() || entries > (image.limit() - start) / ErofsFormat.INDEX_ENTRY_SIZE) {
            throw new MalformedFormatException(
                    "EROFS inode",
                    "i_size",
                    inode.offset() + 8,
                    "the index of " + entries + " blocks goes beyond the image of " + image.limit());
        }
    }

    @Override
    public Entry entry(long number) throws IOException {
        var at = start + ErofsFormat.INDEX_ENTRY_SIZE * number;
        var bytes = window.at(at, ErofsFormat.INDEX_ENTRY_SIZE);
        var advise = bytes.getShort(0) & 0xFFFF;
        var type = advise & ErofsFormat.LCLUSTER_TYPE_MASK;
        var end = at + ErofsFormat.INDEX_ENTRY_SIZE;
        if (type == ErofsFormat.LCLUSTER_NONHEAD) {
            var back = bytes.getShort(4) & 0xFFFF;
            return (back & ErofsFormat.CBLKCNT) != 0
                    ? new Entry(type, 0, 0, 1, back & ~ErofsFormat.CBLKCNT, false, at, end)
                    : new Entry(type, 0, 0, back, 0, false, at, end);
        }
        return new Entry(
                type,
                bytes.getShort(2) & 0xFFFF,
                bytes.getInt(4) & 0xFFFF_FFFFL,
                0,
                0,
                (advise & ErofsFormat.PARTIAL_REF) != 0,
                at,
                end);
    }
}
