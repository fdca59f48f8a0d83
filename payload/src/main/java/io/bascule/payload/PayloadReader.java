package io.bascule.payload;

import io.bascule.signing.Sha256Digest;
import io.bascule.signing.TrustedKeys;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.List;

/**
 * Reads a payload from its first byte to its last and hands on nothing that was not verified: the manifest after its
 * signature, each blob after its hash.
 */
final class PayloadReader {
    private final PayloadInput in;
    private final TrustedKeys keys;
    private final PayloadManifest manifest;
    /** Over what the payload signature is over. */
    private final MessageDigest digest;

    private PayloadReader(PayloadInput in, TrustedKeys keys, PayloadManifest manifest, MessageDigest digest) {
        this.in = in;
        this.keys = keys;
        this.manifest = manifest;
        this.digest = digest;
    }

    /** Reads and verifies header, manifest and metadata signature, and no byte more. */
    static PayloadReader open(InputStream stream, TrustedKeys keys) throws IOException {
        var in = new PayloadInput(stream);
        var metadata = PayloadMetadata.read(in);
        var digest = Sha256Digest.newMessageDigest();
        digest.update(metadata.header());
        digest.update(metadata.manifest());
        require(keys, SignedRegion.METADATA, Sha256Digest.soFar(digest), metadata.signatures());
        var manifest = ManifestReader.decode(metadata.manifest(), PayloadFormat.HEADER_SIZE);
        return new PayloadReader(in, keys, manifest, digest);
    }

    PayloadManifest manifest() {
        return manifest;
    }

    /** Reads the rest: blobs, payload signature, end. */
    void readAll(BlobHandler handler) throws IOException {
        for (var partition : manifest.partitions()) {
            for (var operation : partition.operations()) {
                var offset = in.position();
                var blob = in.read("blob", (int) operation.dataLength());
                var hash = Sha256Digest.ofContent(blob);
                if (!hash.equals(operation.dataHash())) {
                    throw new DigestMismatchException(
                            "the blob at offset " + offset, partition.name(), operation.dataHash(), hash);
                }
                digest.update(blob);
                handler.accept(partition, operation, blob, offset);
            }
        }
        var offset = in.position();
        var signature = in.read("payload signature", (int) manifest.signaturesSize());
        require(keys, SignedRegion.PAYLOAD, Sha256Digest.soFar(digest), SignatureBlob.decode(signature, offset));
        in.requireEnd();
    }

    /** Throws unless enough of the keys signed {@code digest}. */
    private static void require(TrustedKeys keys, SignedRegion region, Sha256Digest digest, List<byte[]> signatures)
            throws UntrustedSignatureException {
        var valid = keys.countValid(digest, signatures);
        if (valid < keys.threshold()) {
            throw new UntrustedSignatureException(region, keys.threshold(), valid, signatures.size());
        }
    }

    /** Takes one verified blob. */
    @FunctionalInterface
    interface BlobHandler {
        /** @param offset of the blob in the payload, in bytes */
        void accept(PartitionUpdate partition, InstallOperation operation, byte[] blob, long offset) throws IOException;
    }
}
