package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import java.nio.ByteBuffer;

/**
 * The map header of a compressed file and its full index: an entry for each block of the file. Every extent starts on a
 * block boundary of the file.
 *
 * @see <a href="https://erofs.docs.kernel.org/en/latest/core_ondisk.html">z_erofs_map_header, z_erofs_lcluster_index</a>
 */
final class CompressedIndex {
    private CompressedIndex() {}

    /** {@return how many bytes stand behind inode and extended attributes (aligned to 8) of a file of {@code size}} */
    static long size(long size) {
        return ErofsFormat.MAP_HEADER_SIZE
                + ErofsFormat.FULL_INDEX_GAP
                + ErofsFormat.INDEX_ENTRY_SIZE * ErofsFormat.blocks(size);
    }

    /** @param firstBlock where the first extent begins in the image; the others follow it */
    static void encode(StoredContent.Packed packed, long firstBlock, ByteBuffer target) {
        target.putInt(0);
        target.putShort((short) ErofsFormat.ADVISE_BIG_PCLUSTER_1);
        target.put((byte) packed.algorithm());
        target.put((byte) 0);
        target.putLong(0);
        var block = firstBlock;
        for (var extent : packed.extents()) {
            if (extent.compressed()) {
                encodeCompressed(extent, block, target);
            } else {
                for (var i = 0; i < extent.blocks(); i++) {
                    entry(target, ErofsFormat.LCLUSTER_PLAIN, 0, (int) (block + i));
                }
            }
            block += extent.blocks();
        }
    }

    private static void encodeCompressed(Extent extent, long block, ByteBuffer target) {
        var whole = extent.length() / ErofsFormat.BLOCK;
        entry(target, ErofsFormat.LCLUSTER_HEAD1, 0, (int) block);
        for (var i = 1; i < whole; i++) {
            var back = i == 1 ? ErofsFormat.CBLKCNT | extent.blocks() : i;
            entry(target, ErofsFormat.LCLUSTER_NONHEAD, 0, back | (whole - i) << 16);
        }
        var rest = extent.length() % ErofsFormat.BLOCK;
        if (rest != 0) {
            // Where the extent and the file end; nothing is read through this entry.
            entry(target, ErofsFormat.LCLUSTER_PLAIN, rest, 0);
        }
    }

    private static void entry(ByteBuffer target, int type, int offsetInCluster, int blockOrDeltas) {
        target.putShort((short) type).putShort((short) offsetInCluster).putInt(blockOrDeltas);
    }
}
