package io.bascule.payload;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.signing.Sha256Digest;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of one partition.
 *
 * @param name as the payload calls it, like {@code usr}
 * @param old what it is made from, in a delta payload
 * @param size of the new content, whole blocks
 * @param hash SHA-256 of the new content
 * @param operations that together write each of its blocks once
 */
public record PartitionUpdate(
        String name, Optional<OldContent> old, ByteCount size, Sha256Digest hash, List<InstallOperation> operations) {
    public PartitionUpdate {
        operations = List.copyOf(operations);
    }

    /**
     * Content that a delta is made from.
     *
     * @param size whole blocks
     * @param hash SHA-256 of so many first bytes of the old partition
     */
    public record OldContent(ByteCount size, Sha256Digest hash) {}
}
