package io.bascule.imagebuilder.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file that is written from nothing: mostly at its end, and at last in the holes that were left for tables. */
final class GrowingFile {
    private final FileChannel channel;
    private long end;

    /** @param channel of an empty file; who opened it closes it */
    GrowingFile(FileChannel channel) {
        this.channel = channel;
    }

    /** {@return where the next bytes go} */
    long end() {
        return end;
    }

    /** {@return where {@code bytes} were written, the end until now} */
    long append(ByteBuffer bytes) throws IOException {
        var at = end;
        write(at, bytes);
        return at;
    }

    void write(long position, ByteBuffer bytes) throws IOException {
        var at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        end = Math.max(end, at);
    }

    /** {@return where {@code count} bytes now are that read as zero until they are written} */
    long reserve(long count) {
        var at = end;
        end = Math.addExact(end, count);
        return at;
    }

    /** Leaves zeros up to the next multiple of {@code unit}. */
    void align(int unit) {
        end = Math.ceilDiv(end, unit) * unit;
    }

    /** Makes the file as long as what was reserved. */
    void finish() throws IOException {
        if (channel.size() < end) {
            channel.write(ByteBuffer.allocate(1), end - 1);
        }
    }
}
