package io.bascule.partitionlayout.layout;

import io.bascule.partitionlayout.gpt.Guid;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The dm-verity root hash of a {@code /usr}, which names the two partitions that hold it (Discoverable Partitions
 * Specification, "Verity"): {@code usrhash=} on the kernel's command line is enough to find them.
 *
 * @param hex the SHA-256 as 64 hex digits, kept in lower case
 */
public record RootHash(String hex) {
    private static final int DIGITS = 64;

    public RootHash {
        if (!hex.matches("[0-9a-fA-F]{" + DIGITS + "}")) {
            throw new IllegalArgumentException("a root hash has 64 hex digits, not '" + hex + "'");
        }
        hex = hex.toLowerCase(Locale.ROOT);
    }

    /** @param bytes the SHA-256, 32 bytes */
    public static RootHash of(byte[] bytes) {
        return new RootHash(HexFormat.of().formatHex(bytes));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** {@return the identity of the partition with the file system: the first half} */
    public Guid dataPartition() {
        return Guid.ofHex(hex.substring(0, DIGITS / 2));
    }

    /** {@return the identity of the partition with the hashes: the second half} */
    public Guid hashPartition() {
        return Guid.ofHex(hex.substring(DIGITS / 2));
    }
}
