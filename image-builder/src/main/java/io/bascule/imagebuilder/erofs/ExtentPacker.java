package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a segment of a file into extents and compresses them. Where an extent ends depends on the bytes of its segment
 * alone, so a change in a file moves no boundary beyond the segment it is in.
 *
 * <p>A compressed extent fills whole blocks. When much of its last block would stay empty, a longer piece of the file is
 * tried that fits the same number of blocks.
 */
final class ExtentPacker {
    /** Part of the encoder's identifier: goes up when extents are cut in another way. */
    static final int RULE_VERSION = 1;

    /** So much of a last block may stay empty, in bytes. */
    private static final int TOLERATED_PADDING = 1024;

    private static final int RETRIES = 3;
    private static final int MIN_SEGMENT = 2 << 20;
    private static final int MIN_EXTENTS_PER_SEGMENT = 4;

    /**
     * A segment in the form it has in the image.
     *
     * @param blocks the blocks of all extents, in order
     */
    record Packed(List<Extent> extents, ByteBuffer blocks) {}

    /** A piece of the segment, compressed. */
    private record Attempt(int length, ByteBuffer encoded) {
        int size() {
            return encoded.remaining();
        }

        int blocks() {
            return (int) ErofsFormat.blocks(size());
        }

        int padding() {
            return blocks() * ErofsFormat.BLOCK - size();
        }

        /** Whether reading would not cost more than without compression. */
        boolean gains() {
            return blocks() < ErofsFormat.blocks(length) && blocks() * ErofsFormat.BLOCK < length;
        }
    }

    private final ClusterCodec codec;
    private final byte[] segment;
    private final int length;
    private final List<Extent> extents = new ArrayList<>();
    private final ByteArrayOutputStream blocks = new ByteArrayOutputStream();

    private ExtentPacker(ClusterCodec codec, byte[] segment) {
        this.codec = codec;
        this.segment = segment;
        this.length = segment.length;
    }

    /** {@return how many bytes of a file are cut into extents together} */
    static int segmentSize(ClusterCodec codec) {
        return Math.max(MIN_SEGMENT, codec.extent() * MIN_EXTENTS_PER_SEGMENT);
    }

    /** Packs one segment: a pure function of its arguments. */
    static Packed pack(ClusterCodec codec, byte[] segment) {
        var packer = new ExtentPacker(codec, segment);
        for (var at = 0; at < packer.length; ) {
            at += packer.packExtent(at);
        }
        return new Packed(List.copyOf(packer.extents), ByteBuffer.wrap(packer.blocks.toByteArray()));
    }

    private int packExtent(int at) {
        var rest = length - at;
        // A short rest is better taken along than given a block of its own.
        var attempt = attempt(at, rest <= codec.maxExtent() ? rest : codec.extent());
        if (!attempt.gains()) {
            store(at, attempt.length());
            return attempt.length();
        }
        attempt = filled(at, attempt);
        blocks.write(new byte[attempt.padding()], 0, attempt.padding());
        blocks.write(attempt.encoded().array(), 0, attempt.size());
        extents.add(new Extent(attempt.length(), attempt.blocks(), true));
        return attempt.length();
    }

    /** {@return {@code first} or a longer attempt that takes the same number of blocks} */
    private Attempt filled(int at, Attempt first) {
        var best = first;
        var limit = Math.min(codec.maxExtent(), length - at);
        for (var i = 0; i < RETRIES && best.padding() >= TOLERATED_PADDING; i++) {
            var whole = (long) best.length() * best.blocks() * ErofsFormat.BLOCK / best.size();
            var wanted = whole >= limit ? limit : (int) whole & -ErofsFormat.BLOCK;
            if (wanted <= best.length()) {
                break;
            }
            var longer = attempt(at, wanted);
            if (longer.blocks() <= best.blocks()) {
                best = longer;
            } else {
                limit = (best.length() + (wanted - best.length()) / 2) & -ErofsFormat.BLOCK;
            }
        }
        return best;
    }

    private Attempt attempt(int at, int size) {
        var encoded = new byte[codec.bound(size)];
        return new Attempt(size, ByteBuffer.wrap(encoded, 0, codec.encode(segment, at, size, encoded)));
    }

    private void store(int at, int size) {
        var count = (int) ErofsFormat.blocks(size);
        blocks.write(segment, at, size);
        var padding = count * ErofsFormat.BLOCK - size;
        blocks.write(new byte[padding], 0, padding);
        extents.add(new Extent(size, count, false));
    }
}
