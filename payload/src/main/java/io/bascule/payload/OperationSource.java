package io.bascule.payload;

import io.bascule.signing.Sha256Digest;
import java.util.List;

/**
 * Blocks of the old content that an operation reads.
 *
 * @param extents in the order in which they are read; a block may come more than once
 * @param hash SHA-256 of all of them, one behind the other
 */
public record OperationSource(List<Extent> extents, Sha256Digest hash) {
    public OperationSource {
        extents = List.copyOf(extents);
    }
}
