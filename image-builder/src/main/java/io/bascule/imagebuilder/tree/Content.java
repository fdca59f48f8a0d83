package io.bascule.imagebuilder.tree;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The bytes of a regular file, wherever they are kept. May be opened many times, from several threads at once. */
public interface Content {
    /** {@return how many bytes {@link #open()} gives} */
    long size();

    InputStream open() throws IOException;

    default byte[] readAll() throws IOException {
        try (var in = open()) {
            return in.readAllBytes();
        }
    }

    static Content of(byte[] bytes) {
        var copy = bytes.clone();
        return new Content() {
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

    /** {@return {@code text} in UTF-8} */
    static Content of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }
}
