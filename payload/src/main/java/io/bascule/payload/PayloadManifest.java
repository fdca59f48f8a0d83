package io.bascule.payload;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a payload holds: {@code DeltaArchiveManifest}, as far as it is in use.
 *
 * @param signaturesOffset where the payload signature begins, in bytes behind the metadata signature
 * @param signaturesSize its size in bytes
 * @param maxTimestamp a host whose build is newer (in seconds since 1970) must not take this payload
 */
public record PayloadManifest(
        long signaturesOffset, long signaturesSize, OptionalLong maxTimestamp, List<PartitionUpdate> partitions) {
    public PayloadManifest {
        partitions = List.copyOf(partitions);
    }

    /** {@return whether it can be applied only where the old contents are} */
    public boolean isDelta() {
        return partitions.stream().anyMatch(partition -> partition.old().isPresent());
    }

    /** {@return whether it has operations that no other engine knows, docs/formats/recompress.md} */
    public boolean isExtended() {
        return partitions.stream()
                .flatMap(partition -> partition.operations().stream())
                .anyMatch(operation -> operation.type().isExtension());
    }
}
