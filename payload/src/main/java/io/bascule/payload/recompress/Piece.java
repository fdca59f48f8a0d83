package io.bascule.payload.recompress;

/** A part of a content as it is stored. */
public sealed interface Piece {
    /** {@return how many bytes it takes} */
    int stored();

    /** {@return how many bytes it holds} */
    int content();

    /** Bytes as they are. */
    record Plain(int length) implements Piece {
        public Plain {
            check(length, 1, "length");
        }

        @Override
        public int stored() {
            return length;
        }

        @Override
        public int content() {
            return length;
        }
    }

    /**
     * Zeros, then a Zstandard frame.
     *
     * @param padding how many zeros, in bytes
     * @param length of the frame, in bytes
     * @param content what the frame holds, in bytes
     */
    record Frame(int padding, int length, int content) implements Piece {
        public Frame {
            check(padding, 0, "padding");
            check(length, 1, "length");
            check(content, 1, "content");
            check(padding + length, 1, "stored length");
        }

        @Override
        public int stored() {
            return padding + length;
        }
    }

    private static void check(int value, int least, String what) {
        if (value < least || value > RecompressFormat.MAX_PIECE) {
            throw new IllegalArgumentException(
                    "a " + what + " of " + value + ", not " + least + " to " + RecompressFormat.MAX_PIECE);
        }
    }
}
