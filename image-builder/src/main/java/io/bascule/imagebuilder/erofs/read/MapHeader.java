package io.bascule.imagebuilder.erofs.read;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.util.Optional;

/**
 * What stands before the index of a compressed file.
 *
 * @param offset of the header in the image
 * @param advise {@code ErofsFormat.ADVISE_*}
 * @param head1 what clusters of type HEAD1 are compressed with, {@code head2} those of type HEAD2
 * @param inlineSize size of the compressed end behind the index
 * @param fragmentOffset where the end begins in the packed file; its lower half if the index has the upper
 * @param fragmentOnly whether all of the file is in the packed file, and there is no index
 */
record MapHeader(
        long offset,
        int advise,
        ErofsExtent.Storage head1,
        ErofsExtent.Storage head2,
        int inlineSize,
        long fragmentOffset,
        boolean fragmentOnly) {
    private static final String FORMAT = "EROFS map header";
    private static final int FRAGMENT_ONLY = 0x80;
    private static final int KNOWN_ADVISE = ErofsFormat.ADVISE_COMPACTED_2B
            | ErofsFormat.ADVISE_BIG_PCLUSTER_1
            | ErofsFormat.ADVISE_BIG_PCLUSTER_2
            | ErofsFormat.ADVISE_INLINE_PCLUSTER
            | ErofsFormat.ADVISE_INTERLACED_PCLUSTER
            | ErofsFormat.ADVISE_FRAGMENT_PCLUSTER;

    /** {@return the algorithm of that number} */
    static Optional<ErofsExtent.Storage> storage(int algorithm) {
        return switch (algorithm) {
            case ErofsFormat.ALGORITHM_LZ4 -> Optional.of(ErofsExtent.Storage.LZ4);
            case ErofsFormat.ALGORITHM_LZMA -> Optional.of(ErofsExtent.Storage.LZMA);
            case ErofsFormat.ALGORITHM_DEFLATE -> Optional.of(ErofsExtent.Storage.DEFLATE);
            case ErofsFormat.ALGORITHM_ZSTD -> Optional.of(ErofsExtent.Storage.ZSTD);
            default -> Optional.empty();
        };
    }

    static MapHeader decode(ImageBytes image, ErofsInode inode) throws IOException {
        var at = ErofsFormat.roundUp(inode.end(), ErofsFormat.MAP_HEADER_SIZE);
        var bytes = image.read(at, ErofsFormat.MAP_HEADER_SIZE, FORMAT, "i_format", inode.offset());
        var clusterBits = bytes.get(ErofsFormat.MAP_CLUSTER_BITS) & 0xFF;
        if ((clusterBits & FRAGMENT_ONLY) != 0) {
            var none = ErofsExtent.Storage.FRAGMENT;
            return new MapHeader(
                    at, ErofsFormat.ADVISE_FRAGMENT_PCLUSTER, none, none, 0, bytes.getLong(0) & Long.MAX_VALUE, true);
        }
        if (clusterBits != 0) {
            throw new MalformedFormatException(
                    FORMAT,
                    "h_clusterbits",
                    at + ErofsFormat.MAP_CLUSTER_BITS,
                    "logical clusters of more than a block cannot be read: " + clusterBits);
        }
        var advise = bytes.getShort(ErofsFormat.MAP_ADVISE) & 0xFFFF;
        if ((advise & ~KNOWN_ADVISE) != 0) {
            throw new MalformedFormatException(
                    FORMAT,
                    "h_advise",
                    at + ErofsFormat.MAP_ADVISE,
                    "a form that cannot be read: 0x" + Integer.toHexString(advise));
        }
        if ((advise & ErofsFormat.ADVISE_INLINE_PCLUSTER) != 0
                && (advise & ErofsFormat.ADVISE_FRAGMENT_PCLUSTER) != 0) {
            throw new MalformedFormatException(
                    FORMAT, "h_advise", at + ErofsFormat.MAP_ADVISE, "the end is both inline and in the packed file");
        }
        var algorithms = bytes.get(ErofsFormat.MAP_ALGORITHMS) & 0xFF;
        return new MapHeader(
                at,
                advise,
                algorithm(algorithms & 0xF, at),
                algorithm(algorithms >> 4, at),
                bytes.getShort(2) & 0xFFFF,
                bytes.getInt(0) & 0xFFFF_FFFFL,
                false);
    }

    private static ErofsExtent.Storage algorithm(int number, long at) throws MalformedFormatException {
        return storage(number)
                .orElseThrow(() -> new MalformedFormatException(
                        FORMAT,
                        "h_algorithmtype",
                        at + ErofsFormat.MAP_ALGORITHMS,
                        "unknown compression algorithm " + number));
    }

    boolean advises(int bit) {
        return (advise & bit) != 0;
    }
}
