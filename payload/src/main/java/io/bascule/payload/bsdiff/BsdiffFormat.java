package io.bascule.payload.bsdiff;

/**
 * A header of 32 bytes, then three compressed streams: control, difference, extra. The control stream is a list of triples
 * of 8-byte numbers: so many bytes of the difference stream are added to bytes of the old content, so many of the extra
 * stream follow as they are, and the place in the old content moves on by so much. <a
 * href="https://www.daemonology.net/bsdiff/">bsdiff</a> 4; {@code BSDF2} is update_engine's, with a compression per stream.
 */
final class BsdiffFormat {
    static final String NAME = "bsdiff patch";

    static final String MAGIC = "BSDIFF40";

    /** Followed by three bytes: the compression of each stream. */
    static final String MAGIC_2 = "BSDF2";

    static final int HEADER_SIZE = 32;

    // Offsets in the header.
    static final int COMPRESSIONS = 5;
    static final int CONTROL_SIZE = 8;
    static final int DIFFERENCE_SIZE = 16;
    static final int NEW_SIZE = 24;

    /** Of {@code BSDF2}. */
    static final int BZIP2 = 1;

    /** In bytes. */
    static final int TRIPLE_SIZE = 24;

    private BsdiffFormat() {}

    /** {@return a number as the format has it: magnitude, and the sign in the highest bit} */
    static long encode(long number) {
        return number < 0 ? -number | Long.MIN_VALUE : number;
    }

    /** {@return the number that {@link #encode} makes these bits of}; minus zero is zero */
    static long decode(long bits) {
        var magnitude = bits & Long.MAX_VALUE;
        return bits < 0 ? -magnitude : magnitude;
    }
}
