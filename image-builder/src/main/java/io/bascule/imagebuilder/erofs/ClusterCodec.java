package io.bascule.imagebuilder.erofs;

import com.github.luben.zstd.ZstdCompressCtx;
import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One compression algorithm as EROFS wants it: how an extent is encoded and how the superblock announces it. */
sealed interface ClusterCodec {
    /** The number of the algorithm in map headers and, as a bit, in available_compr_algs. */
    int algorithm();

    /** How many bytes of a file are usually compressed together. */
    int extent();

    /** How many bytes an extent may have when it is made longer to fill its last block. */
    int maxExtent();

    /** {@return an upper bound for what {@link #encode} writes for {@code length} bytes} */
    int bound(int length);

    /**
     * Compresses one extent: a pure function of its bytes. May be called from several threads at once.
     *
     * @param target has room for {@link #bound} bytes
     * @return how many bytes were written to the start of {@code target}; the first is never zero
     */
    int encode(byte[] source, int offset, int length, byte[] target);

    /** {@return the compression configuration record, with its length in front} */
    byte[] configuration();

    /** Standard frames with magic number and content size, one segment, without checksum and dictionary. */
    record Zstd(int level, int extent) implements ClusterCodec {
        private static final int ALGORITHM = 3;
        private static final int MIN_WINDOW_LOG = 10;

        @Override
        public int algorithm() {
            return ALGORITHM;
        }

        @Override
        public int maxExtent() {
            return Math.min(extent + extent / 4, ErofsFormat.MAX_PCLUSTER) & -ErofsFormat.BLOCK;
        }

        @Override
        public int bound(int length) {
            return Math.toIntExact(com.github.luben.zstd.Zstd.compressBound(length));
        }

        @Override
        public int encode(byte[] source, int offset, int length, byte[] target) {
            // A context that is used again carries its history (tables, hash salts) along; a new one for each extent
            // makes
            // the bytes independent of what the thread did before. It costs a few percent of the time.
            try (var context = new ZstdCompressCtx()) {
                context.setLevel(level).setContentSize(true).setChecksum(false).setDictID(false);
                // As large as the largest extent, so that the frame is a single segment whose window is its content.
                context.setWindowLog(windowLog());
                return context.compressByteArray(target, 0, target.length, source, offset, length);
            }
        }

        @Override
        public byte[] configuration() {
            return ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putShort((short) 6)
                    .put((byte) 0)
                    .put((byte) (windowLog() - MIN_WINDOW_LOG))
                    .array();
        }

        private int windowLog() {
            return Integer.SIZE - Integer.numberOfLeadingZeros(maxExtent() - 1);
        }
    }
}
