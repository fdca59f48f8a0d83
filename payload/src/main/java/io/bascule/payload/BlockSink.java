package io.bascule.payload;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes decoded blocks. */
@FunctionalInterface
interface BlockSink {
    /** @param position in bytes from the start of the partition */
    void write(long position, ByteBuffer blocks) throws IOException;
}
