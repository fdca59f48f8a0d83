package io.bascule.imagebuilder.erofs.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The checksum of a superblock: CRC-32C without the final inversion, its own field taken as zero.
 *
 * @see <a href="https://erofs.docs.kernel.org/en/latest/core_ondisk.html#superblock">Superblock</a>
 */
public final class SuperblockChecksum {
    private SuperblockChecksum() {}

    /** {@return how many bytes it covers: to the end of the first block, or a whole block where blocks are smaller} */
    public static int coverage(int blockSize) {
        return blockSize > ErofsFormat.SUPERBLOCK_OFFSET ? blockSize - ErofsFormat.SUPERBLOCK_OFFSET : blockSize;
    }

    /** @param covered all that it covers, from the superblock on; it is not changed */
    public static int of(ByteBuffer covered) {
        var bytes = new byte[covered.remaining()];
        covered.duplicate().get(bytes);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(ErofsFormat.SB_CHECKSUM, 0);
        var crc = new CRC32C();
        crc.update(bytes);
        return ~(int) crc.getValue();
    }
}
