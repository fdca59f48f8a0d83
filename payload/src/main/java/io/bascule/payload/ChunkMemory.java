package io.bascule.payload;

import java.io.IOException;

/** Remembers from one payload to the next what chunks were encoded to. May be asked by several threads at once. */
@FunctionalInterface
public interface ChunkMemory {
    /** Remembers nothing. */
    ChunkMemory NONE = (encoding, chunk, encoder) -> encoder.encode(chunk);

    /** Encodes a chunk: always to the same bytes. */
    @FunctionalInterface
    interface Encoder {
        byte[] encode(byte[] chunk) throws IOException;
    }

    /**
     * {@return what {@code encoder} makes of {@code chunk}, or made of it before}
     *
     * @param encoding names everything besides the chunk that decides about the result
     */
    byte[] encoded(String encoding, byte[] chunk, Encoder encoder) throws IOException;
}
