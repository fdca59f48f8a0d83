package io.bascule.payload;

import java.io.IOException;
import java.util.List;

/**
 * What stands before the blobs, of which nothing was verified and only the sizes and the signature message were looked at.
 * The arrays are not changed any more.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PayloadMetadata(byte[] header, byte[] manifest, List<byte[]> signatures) {

    static PayloadMetadata read(PayloadInput in) throws IOException {
        var header = in.read("header", PayloadFormat.HEADER_SIZE);
        var sizes = PayloadHeader.decode(header);
        var manifest = in.read("manifest", sizes.manifestSize());
        var signatureOffset = in.position();
        var signature = in.read("metadata signature", sizes.metadataSignatureSize());
        return new PayloadMetadata(header, manifest, SignatureBlob.decode(signature, signatureOffset));
    }
}
