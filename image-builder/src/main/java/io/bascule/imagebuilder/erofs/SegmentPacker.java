package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;

/** Packs segments, and remembers how from one image to the next. */
final class SegmentPacker {
    /** Goes up when segments are remembered in another form. */
    private static final int FORM = 1;

    private static final int EXTENT = Integer.BYTES + Integer.BYTES + 1;

    private final ClusterCodec codec;
    private final String name;
    private final ResultCache results;

    /** @param encoderId of {@link Compression}, which decides with the bytes about how they are packed */
    SegmentPacker(ClusterCodec codec, String encoderId, ResultCache results) {
        this.codec = codec;
        this.name = "erofs segment " + FORM + " " + encoderId;
        this.results = results;
    }

    int algorithm() {
        return codec.algorithm();
    }

    /** {@return how many bytes of a file are packed together} */
    int segmentSize() {
        return ExtentPacker.segmentSize(codec);
    }

    ExtentPacker.Packed pack(byte[] segment) throws IOException {
        return decode(results.get(name, segment, bytes -> encode(ExtentPacker.pack(codec, bytes))));
    }

    private static byte[] encode(ExtentPacker.Packed packed) {
        var blocks = packed.blocks();
        var bytes = ByteBuffer.allocate(Integer.BYTES + packed.extents().size() * EXTENT + blocks.remaining())
                .putInt(packed.extents().size());
        for (var extent : packed.extents()) {
            bytes.putInt(extent.length()).putInt(extent.blocks()).put((byte) (extent.compressed() ? 1 : 0));
        }
        return bytes.put(blocks).array();
    }

    private static ExtentPacker.Packed decode(byte[] encoded) {
        var bytes = ByteBuffer.wrap(encoded);
        var extents = new ArrayList<Extent>();
        for (var left = bytes.getInt(); left > 0; left--) {
            extents.add(new Extent(bytes.getInt(), bytes.getInt(), bytes.get() == 1));
        }
        if (bytes.remaining() % ErofsFormat.BLOCK != 0) {
            throw new IllegalStateException("a segment was remembered in another form: " + encoded.length + " bytes");
        }
        return new ExtentPacker.Packed(extents, bytes.slice());
    }
}
