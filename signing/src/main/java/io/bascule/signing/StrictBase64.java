package io.bascule.signing;

import java.util.Base64;

/** Base64 in which the same bytes always have the same text: RFC 4648, section 4, with padding and zero pad bits. */
public final class StrictBase64 {
    private StrictBase64() {}

    /** @throws IllegalArgumentException if {@code text} is not what encoding would give */
    public static byte[] decode(String text) {
        var bytes = Base64.getDecoder().decode(text);
        if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
            throw new IllegalArgumentException("not the shortest Base64 of its bytes");
        }
        return bytes;
    }
}
