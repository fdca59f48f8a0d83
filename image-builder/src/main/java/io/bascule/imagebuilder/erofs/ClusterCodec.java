package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.payload.recompress.FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;

/** One compression algorithm as EROFS wants it: how an extent is encoded and how the superblock announces it. */
sealed interface ClusterCodec {
    /** The number of the algorithm in map headers and, as a bit, in available_compr_algs. */
    int algorithm();

    /** How many bytes of a file are usually compressed together. */
    int extent();

    /** How many bytes an extent may have when it is made longer to fill its last block. */
    default int maxExtent() {
        return Math.min(extent() + extent() / 4, ErofsFormat.MAX_PCLUSTER) & -ErofsFormat.BLOCK;
    }

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
        private static final int MIN_WINDOW_LOG = 10;

        @Override
        public int algorithm() {
            return ErofsFormat.ALGORITHM_ZSTD;
        }

        @Override
        public int bound(int length) {
            return FrameEncoder.bound(length);
        }

        @Override
        public int encode(byte[] source, int offset, int length, byte[] target) {
            return encoder().encode(source, offset, length, target);
        }

        /** {@return the encoder that hosts have, too} */
        FrameEncoder encoder() {
            // The window is as large as the largest extent, so that the frame is a single segment whose window is its
            // content.
            return new FrameEncoder(level, windowLog());
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

    /** LZ4 blocks. The library has several encoders, whose bytes differ: the one in plain Java runs everywhere. */
    record Lz4Hc(int level, int extent) implements ClusterCodec {
        private static final int RECORD_SIZE = 14;

        @Override
        public int algorithm() {
            return ErofsFormat.ALGORITHM_LZ4;
        }

        @Override
        public int bound(int length) {
            return encoder().maxCompressedLength(length);
        }

        @Override
        public int encode(byte[] source, int offset, int length, byte[] target) {
            return encoder().compress(source, offset, length, target, 0, target.length);
        }

        private LZ4Compressor encoder() {
            return LZ4Factory.safeInstance().highCompressor(level);
        }

        @Override
        public byte[] configuration() {
            return ByteBuffer.allocate(Short.BYTES + RECORD_SIZE)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putShort((short) RECORD_SIZE)
                    .putShort((short) 0xFFFF)
                    .putShort((short) (maxExtent() / ErofsFormat.BLOCK))
                    .array();
        }
    }

    /**
     * MicroLZMA: an LZMA stream without header and end marker. Its first byte, which is always zero, holds the properties,
     * inverted.
     */
    record Lzma(int level, int extent) implements ClusterCodec {
        private static final int RECORD_SIZE = 14;

        @Override
        public int algorithm() {
            return ErofsFormat.ALGORITHM_LZMA;
        }

        /** What is larger than its input is not kept; the encoder is only given room to say so. */
        @Override
        public int bound(int length) {
            return length + length / 2 + 64;
        }

        @Override
        public int encode(byte[] source, int offset, int length, byte[] target) {
            var encoded = new ByteArrayOutputStream(length);
            try {
                var options = new LZMA2Options(level);
                options.setDictSize(dictionary());
                // Not closed but finished: there is nothing to close behind it.
                var lzma = new LZMAOutputStream(encoded, options, false);
                lzma.write(source, offset, length);
                lzma.finish();
                var bytes = encoded.toByteArray();
                bytes[0] = (byte) ~lzma.getProps();
                System.arraycopy(bytes, 0, target, 0, bytes.length);
                return bytes.length;
            } catch (IOException e) {
                throw new IllegalStateException("an encoder of bytes in memory failed", e);
            }
        }

        /** {@return a power of two that holds the largest extent} */
        private int dictionary() {
            return Integer.highestOneBit(maxExtent() - 1) << 1;
        }

        @Override
        public byte[] configuration() {
            return ByteBuffer.allocate(Short.BYTES + RECORD_SIZE)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putShort((short) RECORD_SIZE)
                    .putInt(dictionary())
                    .array();
        }
    }
}
