package io.bascule.payload.recompress;

/** Constants of the blob of a RECOMPRESS operation: docs/formats/recompress.md. */
final class RecompressFormat {
    static final String NAME = "recompress blob";

    /** The last character counts versions of the format. */
    static final String MAGIC = "BSCREC01";

    /** A patch of 16 MiB has some hundred pieces; files of a few hundred bytes may be thousands. */
    static final int MAX_PIECES = 1 << 15;

    /** What all pieces of a source hold; it is kept in memory while the blob is applied. */
    static final int MAX_SOURCE = 16 << 20;

    /** What one piece holds, and what it takes. */
    static final int MAX_PIECE = 8 << 20;

    /** Seven bits a byte: enough for 35. */
    static final int MAX_VARINT = 5;

    private RecompressFormat() {}
}
