package io.bascule.payload;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads what a payload says about itself, and believes it: no signature and no hash is looked at. For people who want to
 * know what a file is, never for deciding what to do with it.
 */
public final class PayloadInspector {
    private PayloadInspector() {}

    /**
     * What a payload says about itself.
     *
     * @param manifest what it holds
     * @param signatureCount how many signatures its metadata carry
     * @param metadataSize header, manifest and metadata signature, in bytes
     * @param size of the whole payload, in bytes
     */
    public record Claims(PayloadManifest manifest, int signatureCount, long metadataSize, long size) {}

    /**
     * Reads header, manifest and metadata signature, and not a byte more.
     *
     * @throws io.bascule.partitionlayout.MalformedFormatException if it is not a payload
     */
    public static Claims inspect(InputStream payload) throws IOException {
        var in = new PayloadInput(payload);
        var metadata = PayloadMetadata.read(in);
        var manifest = ManifestReader.decode(metadata.manifest(), PayloadFormat.HEADER_SIZE);
        return new Claims(
                manifest,
                metadata.signatures().size(),
                in.position(),
                in.position() + manifest.signaturesOffset() + manifest.signaturesSize());
    }

    /**
     * Which bytes of a payload are no signature, in offsets from its start.
     *
     * @param metadataEnd where header and manifest end
     * @param blobs where the blobs begin, behind the metadata's signature
     * @param end where they end, and the payload's signature begins
     */
    public record Unsigned(long metadataEnd, long blobs, long end) {}

    /**
     * Reads header, manifest and metadata signature.
     *
     * @throws io.bascule.partitionlayout.MalformedFormatException if it is not a payload
     */
    public static Unsigned unsigned(InputStream payload) throws IOException {
        var in = new PayloadInput(payload);
        var metadata = PayloadMetadata.read(in);
        var manifest = ManifestReader.decode(metadata.manifest(), PayloadFormat.HEADER_SIZE);
        return new Unsigned(
                metadata.header().length + (long) metadata.manifest().length,
                in.position(),
                in.position() + manifest.signaturesOffset());
    }
}
