package io.bascule.imagebuilder.erofs.read;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Gives bytes of extents, except of fragments, which only the packed file knows. */
record ExtentReader(ImageBytes image, ExtentDecoder decoder) {
    byte[] decode(ErofsExtent extent) throws IOException {
        return decoder.decode(extent);
    }

    /**
     * Copies {@code length} bytes of an extent, from {@code from} in it.
     *
     * @param extent one that is not compressed
     */
    void copy(ErofsExtent extent, long from, byte[] target, int offset, int length) throws IOException {
        switch (extent.storage()) {
            case HOLE -> Arrays.fill(target, offset, offset + length, (byte) 0);
            case FLAT, INLINE -> image.device().read(extent.address() + from, ByteBuffer.wrap(target, offset, length));
            case PLAIN, INTERLACED -> System.arraycopy(decode(extent), (int) from, target, offset, length);
            case FRAGMENT, LZ4, LZMA, DEFLATE, ZSTD ->
                throw new IllegalArgumentException("cannot be read in parts: " + extent);
        }
    }
}
