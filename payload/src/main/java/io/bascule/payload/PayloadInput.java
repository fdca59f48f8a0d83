package io.bascule.payload;

import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.io.InputStream;

/** A payload's bytes, once, in order. */
final class PayloadInput {
    private final InputStream in;
    private long position;

    PayloadInput(InputStream in) {
        this.in = in;
    }

    /** {@return how many bytes were read} */
    long position() {
        return position;
    }

    /** Reads {@code count} bytes; takes memory only as they arrive, so that a false length alone costs none. */
    byte[] read(String field, int count) throws IOException {
        var bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new MalformedFormatException(
                    PayloadFormat.NAME, field, position, "cut off after " + bytes.length + " of " + count + " bytes");
        }
        position += count;
        return bytes;
    }

    void requireEnd() throws IOException {
        if (in.read() >= 0) {
            throw new MalformedFormatException(
                    PayloadFormat.NAME, "end", position, "bytes follow the payload signature");
        }
    }
}
