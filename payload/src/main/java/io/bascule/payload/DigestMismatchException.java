package io.bascule.payload;

import io.bascule.signing.Sha256Digest;
import java.util.Locale;

/** Bytes that do not have the hash which the signed manifest promises. */
public final class DigestMismatchException extends PayloadException {
    private final String partition;
    private final Sha256Digest expected;
    private final Sha256Digest found;

    DigestMismatchException(String what, String partition, Sha256Digest expected, Sha256Digest found) {
        super(String.format(
                Locale.ROOT, "partition '%s': %s has SHA-256 %s, expected %s", partition, what, found, expected));
        this.partition = partition;
        this.expected = expected;
        this.found = found;
    }

    /** {@return which partition the bytes are for} */
    public String partition() {
        return partition;
    }

    public Sha256Digest expected() {
        return expected;
    }

    public Sha256Digest found() {
        return found;
    }
}
