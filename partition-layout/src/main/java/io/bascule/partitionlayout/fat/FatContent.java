package io.bascule.partitionlayout.fat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of a file to be written, wherever they are kept. */
public interface FatContent {
    /** {@return how many bytes {@link #open()} gives} */
    long size();

    /** {@return the bytes from the start; the caller closes it} */
    InputStream open() throws IOException;

    static FatContent of(byte[] bytes) {
        var copy = bytes.clone();
        return new FatContent() {
            @Override
            public long size() {
                return copy.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(copy);
            }
        };
    }
}
