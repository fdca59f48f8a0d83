package io.bascule.imagebuilder.erofs.read;

import java.io.IOException;

/** The entries of a compressed file's index, one for each block of the file. */
interface ClusterIndex {
    /**
     * What the index says about one block of the file (a logical cluster).
     *
     * @param type one of {@code ErofsFormat.LCLUSTER_*}
     * @param offsetInCluster where in the block an extent begins, unless the type is NONHEAD
     * @param block where that extent is stored
     * @param back how many entries back the extent's first is, if the type is NONHEAD
     * @param blockCount how many blocks the extent takes; 0 if the entry does not say
     * @param partial whether the extent uses only the front of what is stored
     * @param offset where the entry stands in the image, in bytes
     * @param end where what follows the entry and those it is packed with begins
     */
    record Entry(
            int type,
            int offsetInCluster,
            long block,
            int back,
            int blockCount,
            boolean partial,
            long offset,
            long end) {}

    /** @param number of the block in the file, which must have it */
    Entry entry(long number) throws IOException;
}
