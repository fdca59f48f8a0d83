package io.bascule.imagebuilder.erofs.read;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The index with four or two bytes for each entry, in packs of 2 or 16 entries that share one block number. Entries of
 * the same file whose pack begins before are counted forward from there.
 */
final class CompactIndex implements ClusterIndex {
    private static final int SMALL_PACK = 8;
    private static final int SMALL_COUNT = 2;
    private static final int LARGE_PACK = 32;
    private static final int LARGE_COUNT = 16;
    private static final int MAX_BLOCK_BITS = 14;
    private static final int LEAST_LOW_BITS = 12;

    /** A pack, and the bits of its entries. */
    private record Pack(long offset, ByteBuffer bytes, int count, int entryBits, int lowBits) {
        int type(int i) {
            return (item(i) >> lowBits) & ErofsFormat.LCLUSTER_TYPE_MASK;
        }

        int low(int i) {
            return item(i) & ((1 << lowBits) - 1);
        }

        private int item(int i) {
            var bit = i * entryBits;
            // The four bytes of the block number behind the last entry make sure that there are four bytes to read.
            return bytes.getInt(bit / Byte.SIZE) >>> (bit % Byte.SIZE);
        }

        long block() {
            return bytes.getInt(bytes.limit() - Integer.BYTES) & 0xFFFF_FFFFL;
        }

        long end() {
            return offset + bytes.limit();
        }
    }

    private final IndexWindow window;
    private final boolean bigClusters;
    private final int lowBits;
    private final long start;
    /** How many entries of four bytes come first, and how many of two bytes then. */
    private final long firstSmall;

    private final long large;

    CompactIndex(ImageBytes image, ErofsSuperblock superblock, MapHeader header, long entries, ErofsInode inode)
            throws MalformedFormatException {
        window = new IndexWindow(image, FullIndex.FORMAT);
        bigClusters = header.advises(ErofsFormat.ADVISE_BIG_PCLUSTER_1);
        lowBits = Math.max(superblock.blockBits(), LEAST_LOW_BITS);
        start = header.offset() + ErofsFormat.MAP_HEADER_SIZE;
        if (bigClusters != header.advises(ErofsFormat.ADVISE_BIG_PCLUSTER_2)) {
            throw malformed(header, "the two flags for big clusters of a compact index differ");
        }
        var twoBytes = header.advises(ErofsFormat.ADVISE_COMPACTED_2B);
        if (superblock.blockBits() > MAX_BLOCK_BITS || (twoBytes && lowBits > LEAST_LOW_BITS)) {
            throw malformed(header, "no compact index for blocks of " + superblock.blockSize() + " bytes");
        }
        var toAlignment = (LARGE_PACK - start % LARGE_PACK) / 4 % SMALL_PACK;
        firstSmall = twoBytes ? toAlignment : entries;
        large = twoBytes && toAlignment < entries ? (entries - toAlignment) / LARGE_COUNT * LARGE_COUNT : 0;
        // Two bytes for each entry is the least there can be; what is read is checked again.
        if (start > image.limit() || entries > (image.limit() - start) / 2) {
            throw new MalformedFormatException(
                    "EROFS inode",
                    "i_size",
                    inode.offset() + 8,
                    "the index of " + entries + " blocks goes beyond the image of " + image.limit());
        }
    }

    private static MalformedFormatException malformed(MapHeader header, String problem) {
        return new MalformedFormatException(
                "EROFS map header", "h_advise", header.offset() + ErofsFormat.MAP_ADVISE, problem);
    }

    @Override
    public Entry entry(long number) throws IOException {
        var at = offset(number);
        var inLarge = number >= firstSmall && number < firstSmall + large;
        var size = inLarge ? LARGE_PACK : SMALL_PACK;
        var count = inLarge ? LARGE_COUNT : SMALL_COUNT;
        var first = at & -size;
        var pack = new Pack(first, window.at(first, size), count, (size - Integer.BYTES) * Byte.SIZE / count, lowBits);
        var i = (int) (at - first) / (size / count);
        var type = pack.type(i);
        var low = pack.low(i);
        if (type != ErofsFormat.LCLUSTER_NONHEAD) {
            var block = pack.block() + (bigClusters ? blocksBefore(pack, i, at) : headsBefore(pack, i));
            return new Entry(type, low, block, 0, 0, false, at, pack.end());
        }
        if ((low & ErofsFormat.CBLKCNT) != 0) {
            return new Entry(type, 0, 0, 1, low & ~ErofsFormat.CBLKCNT, false, at, pack.end());
        }
        // The last of a pack says how far it is to the next extent; how far back, the one before it.
        var back = i + 1 == count ? backOf(pack, i - 1) + 1 : low;
        return new Entry(type, 0, 0, back, 0, false, at, pack.end());
    }

    private long offset(long number) {
        if (number < firstSmall) {
            return start + 4 * number;
        }
        var rest = number - firstSmall;
        return start + 4 * firstSmall + 2 * Math.min(rest, large) + 4 * Math.max(0, rest - large);
    }

    private static int backOf(Pack pack, int i) {
        if (pack.type(i) != ErofsFormat.LCLUSTER_NONHEAD) {
            return 0;
        }
        var low = pack.low(i);
        return (low & ErofsFormat.CBLKCNT) != 0 ? 1 : low;
    }

    /** {@return how many blocks the extents before entry {@code i} take of those that begin in the pack} */
    private static long blocksBefore(Pack pack, int i, long offset) throws MalformedFormatException {
        var blocks = 0L;
        for (var at = i - 1; at >= 0; at--) {
            if (pack.type(at) != ErofsFormat.LCLUSTER_NONHEAD) {
                blocks++;
                continue;
            }
            var low = pack.low(at);
            if ((low & ErofsFormat.CBLKCNT) != 0) {
                blocks += low & ~ErofsFormat.CBLKCNT;
                at--;
            } else if (low <= 1) {
                throw new MalformedFormatException(
                        FullIndex.FORMAT,
                        "delta[0]",
                        offset,
                        "the entry before does not say how many blocks there are");
            } else {
                at -= low - 2;
            }
        }
        return blocks;
    }

    /** {@return the same where every extent takes one block; the pack's block is one less then} */
    private static long headsBefore(Pack pack, int i) {
        var blocks = 1L;
        var at = i;
        while (at > 0) {
            at--;
            if (pack.type(at) == ErofsFormat.LCLUSTER_NONHEAD) {
                at -= pack.low(at);
            }
            if (at >= 0) {
                blocks++;
            }
        }
        return blocks;
    }
}
