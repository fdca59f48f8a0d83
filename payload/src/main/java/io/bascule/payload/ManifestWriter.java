package io.bascule.payload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.signing.Sha256Digest;
import java.util.List;

/** Encodes a manifest, fields by number. Defaults are written out too, as Android's own generator does. */
final class ManifestWriter {
    private ManifestWriter() {}

    static byte[] encode(PayloadManifest manifest) {
        var message = new ProtoWriter()
                .varint(ProtoField.MANIFEST_BLOCK_SIZE, PayloadFormat.BLOCK_SIZE)
                .varint(ProtoField.MANIFEST_SIGNATURES_OFFSET, manifest.signaturesOffset())
                .varint(ProtoField.MANIFEST_SIGNATURES_SIZE, manifest.signaturesSize())
                .varint(ProtoField.MANIFEST_MINOR_VERSION, minorVersion(manifest));
        for (var partition : manifest.partitions()) {
            message.message(ProtoField.MANIFEST_PARTITIONS, encode(partition));
        }
        manifest.maxTimestamp().ifPresent(value -> message.varint(ProtoField.MANIFEST_MAX_TIMESTAMP, value));
        return message.toByteArray();
    }

    /** {@return the smallest that allows what is in it} */
    private static int minorVersion(PayloadManifest manifest) {
        if (manifest.isExtended()) {
            return PayloadFormat.EXTENDED_MINOR_VERSION;
        }
        return manifest.isDelta() ? PayloadFormat.DELTA_MINOR_VERSION : PayloadFormat.FULL_MINOR_VERSION;
    }

    private static ProtoWriter encode(PartitionUpdate partition) {
        var message = new ProtoWriter()
                .bytes(ProtoField.PARTITION_NAME, partition.name().getBytes(UTF_8));
        partition.old().ifPresent(old -> message.message(ProtoField.PARTITION_OLD_INFO, info(old.size(), old.hash())));
        message.message(ProtoField.PARTITION_NEW_INFO, info(partition.size(), partition.hash()));
        for (var operation : partition.operations()) {
            message.message(ProtoField.PARTITION_OPERATIONS, encode(operation));
        }
        return message;
    }

    private static ProtoWriter info(ByteCount size, Sha256Digest hash) {
        return new ProtoWriter().varint(ProtoField.INFO_SIZE, size.bytes()).bytes(ProtoField.INFO_HASH, hash.bytes());
    }

    private static ProtoWriter encode(InstallOperation operation) {
        var message = new ProtoWriter()
                .varint(ProtoField.OPERATION_TYPE, operation.type().number());
        if (operation.type().hasBlob()) {
            message.varint(ProtoField.OPERATION_DATA_OFFSET, operation.dataOffset())
                    .varint(ProtoField.OPERATION_DATA_LENGTH, operation.dataLength());
        }
        operation.source().ifPresent(source -> extents(message, ProtoField.OPERATION_SOURCES, source.extents()));
        extents(message, ProtoField.OPERATION_DESTINATIONS, operation.destinations());
        if (operation.type().hasBlob()) {
            message.bytes(ProtoField.OPERATION_DATA_HASH, operation.dataHash().bytes());
        }
        operation
                .source()
                .ifPresent(source -> message.bytes(
                        ProtoField.OPERATION_SOURCE_HASH, source.hash().bytes()));
        return message;
    }

    private static void extents(ProtoWriter message, ProtoField field, List<Extent> extents) {
        for (var extent : extents) {
            message.message(
                    field,
                    new ProtoWriter()
                            .varint(ProtoField.EXTENT_START, extent.startBlock())
                            .varint(ProtoField.EXTENT_COUNT, extent.blockCount()));
        }
    }
}
