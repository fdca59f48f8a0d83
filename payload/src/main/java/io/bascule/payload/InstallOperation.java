package io.bascule.payload;

import io.bascule.signing.Sha256Digest;
import java.util.List;

/**
 * One step of an update: a blob of the payload, decoded, fills blocks of a partition.
 *
 * @param dataOffset where the blob begins, in bytes behind the metadata signature
 * @param dataLength the blob's size in bytes
 * @param dataHash SHA-256 of the blob as it stands in the payload
 * @param destinations the blocks it fills, in this order; at least one extent
 */
public record InstallOperation(
        OperationType type, long dataOffset, long dataLength, Sha256Digest dataHash, List<Extent> destinations) {
    public InstallOperation {
        destinations = List.copyOf(destinations);
    }

    /** {@return how many blocks it fills} */
    long blockCount() {
        return destinations.stream().mapToLong(Extent::blockCount).sum();
    }
}
