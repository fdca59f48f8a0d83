package io.bascule.imagebuilder.verity;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

/** The SHA-256 from which everything in a verity-protected image can be verified. */
public final class RootHash {
    private final byte[] bytes;

    private RootHash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException if there are not 32 bytes */
    public static RootHash of(byte[] bytes) {
        if (bytes.length != VerityFormat.DIGEST_SIZE) {
            throw new IllegalArgumentException("a root hash has 32 bytes, not " + bytes.length);
        }
        return new RootHash(bytes.clone());
    }

    /** @throws IllegalArgumentException if {@code hex} is not 64 hexadecimal digits */
    public static RootHash parse(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * {@return the PARTUUID that the data partition must have}
     *
     * @see <a href="https://uapi-group.org/specifications/specs/discoverable_partitions_specification/">Discoverable
     *     Partitions: the first half of the root hash</a>
     */
    public UUID dataPartitionUuid() {
        return uuid(0);
    }

    /** {@return the PARTUUID that the hash partition must have: the second half of the root hash} */
    public UUID hashPartitionUuid() {
        return uuid(VerityFormat.DIGEST_SIZE / 2);
    }

    private UUID uuid(int offset) {
        var buffer = ByteBuffer.wrap(bytes, offset, VerityFormat.DIGEST_SIZE / 2);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RootHash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** {@return the 64 hexadecimal digits of {@code usrhash=}} */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
