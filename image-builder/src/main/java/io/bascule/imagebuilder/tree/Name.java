package io.bascule.imagebuilder.tree;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The name of a directory entry or extended attribute: bytes, in no particular encoding, ordered as unsigned numbers (the
 * order that EROFS wants in its directories).
 */
public final class Name implements Comparable<Name> {
    /** What Linux allows in one name, in bytes (NAME_MAX). */
    public static final int MAX_LENGTH = 255;

    private final byte[] bytes;

    private Name(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Name of(byte[] bytes) {
        return new Name(bytes.clone());
    }

    /** {@return the name whose bytes are {@code text} in UTF-8} */
    public static Name of(String text) {
        return new Name(text.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    public boolean startsWith(Name prefix) {
        return bytes.length >= prefix.bytes.length
                && Arrays.equals(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
    }

    public boolean contains(byte value) {
        for (var b : bytes) {
            if (b == value) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int compareTo(Name other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Name name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** {@return the name for people: bytes that are not UTF-8 show as replacement characters} */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
