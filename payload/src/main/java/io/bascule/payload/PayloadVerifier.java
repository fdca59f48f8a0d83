package io.bascule.payload;

import io.bascule.signing.TrustedKeys;
import java.io.IOException;
import java.io.InputStream;

/**
 * Checks a payload without any device: signatures, the hash of each blob, and that each decodes to exactly its blocks.
 * The hashes of whole partitions are not compared; that takes the blocks in order, and operations may come in any.
 */
public final class PayloadVerifier {
    private PayloadVerifier() {}

    /**
     * Reads {@code payload} to its end.
     *
     * @return what the payload says about itself
     * @throws io.bascule.partitionlayout.MalformedFormatException if it is not a full payload
     * @throws PayloadException if a signature or a hash is wrong
     */
    public static PayloadManifest verify(InputStream payload, TrustedKeys keys) throws IOException {
        var reader = PayloadReader.open(payload, keys);
        var decoder = new BlobDecoder();
        reader.readAll((partition, operation, blob, offset) ->
                decoder.decode(operation, blob, offset, (position, blocks) -> {}));
        return reader.manifest();
    }
}
