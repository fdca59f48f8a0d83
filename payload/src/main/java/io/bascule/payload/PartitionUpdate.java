package io.bascule.payload;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.signing.Sha256Digest;
import java.util.List;

/**
 * What becomes of one partition.
 *
 * @param name as the payload calls it, like {@code usr}
 * @param size of the new content, whole blocks
 * @param hash SHA-256 of the new content
 * @param operations that together write each of its blocks once
 */
public record PartitionUpdate(String name, ByteCount size, Sha256Digest hash, List<InstallOperation> operations) {
    public PartitionUpdate {
        operations = List.copyOf(operations);
    }
}
