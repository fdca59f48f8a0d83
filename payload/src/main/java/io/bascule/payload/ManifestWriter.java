package io.bascule.payload;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Encodes a manifest, fields by number. Defaults are written out too, as Android's own generator does. */
final class ManifestWriter {
    private ManifestWriter() {}

    static byte[] encode(PayloadManifest manifest) {
        var message = new ProtoWriter()
                .varint(ProtoField.MANIFEST_BLOCK_SIZE, PayloadFormat.BLOCK_SIZE)
                .varint(ProtoField.MANIFEST_SIGNATURES_OFFSET, manifest.signaturesOffset())
                .varint(ProtoField.MANIFEST_SIGNATURES_SIZE, manifest.signaturesSize())
                .varint(ProtoField.MANIFEST_MINOR_VERSION, PayloadFormat.FULL_MINOR_VERSION);
        for (var partition : manifest.partitions()) {
            message.message(ProtoField.MANIFEST_PARTITIONS, encode(partition));
        }
        manifest.maxTimestamp().ifPresent(value -> message.varint(ProtoField.MANIFEST_MAX_TIMESTAMP, value));
        return message.toByteArray();
    }

    private static ProtoWriter encode(PartitionUpdate partition) {
        var message = new ProtoWriter()
                .bytes(ProtoField.PARTITION_NAME, partition.name().getBytes(UTF_8))
                .message(
                        ProtoField.PARTITION_NEW_INFO,
                        new ProtoWriter()
                                .varint(ProtoField.INFO_SIZE, partition.size().bytes())
                                .bytes(ProtoField.INFO_HASH, partition.hash().bytes()));
        for (var operation : partition.operations()) {
            message.message(ProtoField.PARTITION_OPERATIONS, encode(operation));
        }
        return message;
    }

    private static ProtoWriter encode(InstallOperation operation) {
        var message = new ProtoWriter()
                .varint(ProtoField.OPERATION_TYPE, operation.type().number())
                .varint(ProtoField.OPERATION_DATA_OFFSET, operation.dataOffset())
                .varint(ProtoField.OPERATION_DATA_LENGTH, operation.dataLength());
        for (var extent : operation.destinations()) {
            message.message(
                    ProtoField.OPERATION_DESTINATIONS,
                    new ProtoWriter()
                            .varint(ProtoField.EXTENT_START, extent.startBlock())
                            .varint(ProtoField.EXTENT_COUNT, extent.blockCount()));
        }
        return message.bytes(
                ProtoField.OPERATION_DATA_HASH, operation.dataHash().bytes());
    }
}
