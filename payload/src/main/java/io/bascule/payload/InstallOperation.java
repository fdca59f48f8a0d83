package io.bascule.payload;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.signing.Sha256Digest;
import java.util.List;
import java.util.Optional;

/**
 * One step of an update: it fills blocks of a partition.
 *
 * @param dataOffset where its blob begins, in bytes behind the metadata signature; without one, where it would begin
 * @param dataLength the blob's size in bytes, 0 if there is none
 * @param dataHash SHA-256 of the blob as it stands in the payload
 * @param source the blocks of the old content that it reads, if it does
 * @param destinations the blocks it fills, in this order; at least one extent
 */
public record InstallOperation(
        OperationType type,
        long dataOffset,
        long dataLength,
        Sha256Digest dataHash,
        Optional<OperationSource> source,
        List<Extent> destinations) {
    public InstallOperation {
        destinations = List.copyOf(destinations);
    }

    /** An operation that reads nothing. */
    InstallOperation(
            OperationType type, long dataOffset, long dataLength, Sha256Digest dataHash, List<Extent> destinations) {
        this(type, dataOffset, dataLength, dataHash, Optional.empty(), destinations);
    }

    /** {@return how many bytes it writes} */
    public ByteCount size() {
        return new ByteCount(blockCount() * PayloadFormat.BLOCK_SIZE);
    }

    /** {@return how many blocks it fills} */
    long blockCount() {
        return destinations.stream().mapToLong(Extent::blockCount).sum();
    }
}
