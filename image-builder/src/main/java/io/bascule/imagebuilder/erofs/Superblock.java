package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.erofs.format.SuperblockChecksum;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The superblock and the compression configuration behind it.
 *
 * @param codec the algorithm that some file in the image uses; null if none is compressed
 * @see <a href="https://erofs.docs.kernel.org/en/latest/core_ondisk.html#superblock">Superblock</a>
 */
record Superblock(ErofsOptions options, @Nullable ClusterCodec codec, Layout layout) {

    /** {@return where inodes may begin, in bytes from the start of the image} */
    static long end(@Nullable ClusterCodec codec) {
        return (long) ErofsFormat.SUPERBLOCK_OFFSET
                + ErofsFormat.SUPERBLOCK_SIZE
                + (codec == null ? 0 : codec.configuration().length);
    }

    /** Writes superblock and configuration into the first block, which holds all else already, and its checksum. */
    void encodeInto(byte[] firstBlock) {
        var buffer = ByteBuffer.wrap(firstBlock).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(ErofsFormat.SUPERBLOCK_OFFSET);
        buffer.putInt(ErofsFormat.MAGIC);
        buffer.putInt(0);
        buffer.putInt(ErofsFormat.FEATURE_COMPAT_SB_CHKSUM | ErofsFormat.FEATURE_COMPAT_MTIME);
        buffer.put((byte) ErofsFormat.BLOCK_BITS);
        buffer.put((byte) 0);
        buffer.putShort((short) rootNid());
        buffer.putLong(layout.inodes().size());
        buffer.putLong(options.buildTime().getEpochSecond());
        buffer.putInt(0);
        buffer.putInt((int) layout.blocks());
        buffer.putInt(0);
        buffer.putInt((int) layout.xattrBlock());
        var uuid = options.uuid();
        buffer.putLong(Long.reverseBytes(uuid.getMostSignificantBits()));
        buffer.putLong(Long.reverseBytes(uuid.getLeastSignificantBits()));
        var name = options.volumeName().getBytes(StandardCharsets.UTF_8);
        buffer.put(Arrays.copyOf(name, ErofsFormat.VOLUME_NAME_SIZE));
        if (codec != null) {
            buffer.putInt(ErofsFormat.FEATURE_INCOMPAT_ZERO_PADDING | ErofsFormat.FEATURE_INCOMPAT_COMPR_CFGS);
            buffer.putShort((short) (1 << codec.algorithm()));
            buffer.position(ErofsFormat.SUPERBLOCK_OFFSET + ErofsFormat.SUPERBLOCK_SIZE);
            buffer.put(codec.configuration());
        }
        buffer.putInt(
                ErofsFormat.SUPERBLOCK_OFFSET + ErofsFormat.SB_CHECKSUM,
                SuperblockChecksum.of(ByteBuffer.wrap(
                        firstBlock, ErofsFormat.SUPERBLOCK_OFFSET, SuperblockChecksum.coverage(ErofsFormat.BLOCK))));
    }

    private long rootNid() {
        var nid = layout.placement(0).nid();
        if (nid > ErofsFormat.MAX_ROOT_NID) {
            throw new IllegalStateException("the root inode must be among the first, not at nid " + nid);
        }
        return nid;
    }
}
