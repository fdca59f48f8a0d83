package io.bascule.firstboot.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of a file. */
public final class FileContent {
    /** The longest that a file may be. */
    public static final int MAX_SIZE = 16 << 20;

    private final byte[] bytes;

    private FileContent(byte[] bytes) {
        this.bytes = bytes;
    }

    public static FileContent of(byte[] bytes) {
        return new FileContent(bytes.clone());
    }

    public static FileContent of(String text) {
        return new FileContent(text.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public int size() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileContent content && Arrays.equals(bytes, content.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
