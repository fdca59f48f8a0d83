package io.bascule.imagebuilder.erofs.read;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads an index from the front to the end without asking the device for each entry. */
final class IndexWindow {
    private static final int SIZE = 1 << 12;

    private final ImageBytes image;
    private final String structure;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long start;

    IndexWindow(ImageBytes image, String structure) {
        this.image = image;
        this.structure = structure;
    }

    /** {@return {@code length} bytes at {@code offset}, little-endian; they hold until the next call} */
    ByteBuffer at(long offset, int length) throws IOException {
        if (offset < start || offset + length > start + window.limit()) {
            image.require(offset, length, structure, "index", Math.min(offset, image.limit()));
            var count = (int) Math.min(Math.max(SIZE, length), image.limit() - offset);
            window = image.read(offset, count, structure, "index", offset);
            start = offset;
        }
        return window.slice((int) (offset - start), length).order(window.order());
    }
}
