package io.bascule.payload;

import java.util.Optional;
import java.util.stream.Stream;

/** How blocks are made: {@code InstallOperation.Type}, as far as it is in use and open. */
public enum OperationType {
    /** The blob is the content; zeros fill its last block. */
    REPLACE(0, true, false),
    /** One bzip2 stream. */
    REPLACE_BZ(1, true, false),
    /** Blocks of the old content. */
    SOURCE_COPY(4, false, true),
    /** A {@linkplain io.bascule.payload.bsdiff bsdiff patch} of blocks of the old content. */
    SOURCE_BSDIFF(5, true, true),
    /** Zeros. */
    ZERO(6, false, false),
    /** Blocks without a meaning. Partitions have one hash over all blocks, so these are zeros, too. */
    DISCARD(7, false, false),
    /** One xz stream. */
    REPLACE_XZ(8, true, false),
    /** Compressed pieces of the old content, patched and compressed {@linkplain io.bascule.payload.recompress again}. Ours. */
    RECOMPRESS(100, true, true);

    private final int number;
    private final boolean blob;
    private final boolean source;

    OperationType(int number, boolean blob, boolean source) {
        this.number = number;
        this.blob = blob;
        this.source = source;
    }

    int number() {
        return number;
    }

    /** {@return whether such an operation has bytes in the payload} */
    public boolean hasBlob() {
        return blob;
    }

    /** {@return whether such an operation reads the old content} */
    public boolean hasSource() {
        return source;
    }

    /** {@return whether full payloads, of minor version 0, may have it} */
    boolean isOfFullPayloads() {
        return blob && !source;
    }

    /** {@return whether only payloads of our own minor version may have it} */
    boolean isExtension() {
        return this == RECOMPRESS;
    }

    static Optional<OperationType> of(long number) {
        return Stream.of(values()).filter(type -> type.number == number).findFirst();
    }
}
