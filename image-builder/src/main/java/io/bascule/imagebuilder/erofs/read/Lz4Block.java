package io.bascule.imagebuilder.erofs.read;

import java.util.Optional;

/**
 * Decodes an LZ4 block until its target is full. Libraries decode whole blocks only; images have extents that use the front
 * of one, and, without zero padding, blocks whose end nobody knows.
 *
 * @see <a href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md">LZ4 block format</a>
 */
final class Lz4Block {
    private static final int MORE = 15;
    private static final int MORE_BYTE = 255;
    private static final int LEAST_MATCH = 4;

    private final byte[] source;
    private final byte[] target;
    private int in;
    private int out;

    private Lz4Block(byte[] source, int start, byte[] target) {
        this.source = source;
        this.in = start;
        this.target = target;
    }

    /**
     * Fills {@code target} with what the block at {@code start} of {@code source} decodes to.
     *
     * @return where in {@code source} that was done; nothing if it is not such a block, or gives less
     */
    static Optional<Integer> decode(byte[] source, int start, byte[] target) {
        var block = new Lz4Block(source, start, target);
        return block.decode() ? Optional.of(block.in) : Optional.empty();
    }

    private boolean decode() {
        while (out < target.length) {
            if (in >= source.length) {
                return false;
            }
            var token = source[in++] & 0xFF;
            if (!literals(token >> 4)) {
                return false;
            }
            if (out < target.length && !match(token & MORE)) {
                return false;
            }
        }
        return true;
    }

    private boolean literals(int count) {
        var length = length(count);
        if (length < 0) {
            return false;
        }
        var taken = (int) Math.min(length, target.length - out);
        if (taken > source.length - in) {
            return false;
        }
        System.arraycopy(source, in, target, out, taken);
        in += taken;
        out += taken;
        return true;
    }

    private boolean match(int count) {
        if (source.length - in < Short.BYTES) {
            return false;
        }
        var distance = (source[in] & 0xFF) | ((source[in + 1] & 0xFF) << Byte.SIZE);
        in += Short.BYTES;
        var length = length(count);
        if (length < 0 || distance == 0 || distance > out) {
            return false;
        }
        var end = (int) Math.min(out + length + LEAST_MATCH, target.length);
        for (; out < end; out++) {
            target[out] = target[out - distance];
        }
        return true;
    }

    /** {@return a length that goes on behind its four bits; -1 if the block ends in it} */
    private long length(int count) {
        long length = count;
        if (count == MORE) {
            int next;
            do {
                if (in >= source.length) {
                    return -1;
                }
                next = source[in++] & 0xFF;
                length += next;
            } while (next == MORE_BYTE);
        }
        return length;
    }
}
