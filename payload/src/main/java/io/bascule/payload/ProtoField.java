package io.bascule.payload;

/** The fields of update_metadata.proto that we read or write, named as there. */
enum ProtoField {
    EXTENT_START("start_block", 1, WireType.VARINT),
    EXTENT_COUNT("num_blocks", 2, WireType.VARINT),

    SIGNATURES_SIGNATURE("signatures", 1, WireType.BYTES),
    SIGNATURE_DATA("data", 2, WireType.BYTES),
    SIGNATURE_UNPADDED_SIZE("unpadded_signature_size", 3, WireType.FIXED32),

    INFO_SIZE("size", 1, WireType.VARINT),
    INFO_HASH("hash", 2, WireType.BYTES),

    OPERATION_TYPE("type", 1, WireType.VARINT),
    OPERATION_DATA_OFFSET("data_offset", 2, WireType.VARINT),
    OPERATION_DATA_LENGTH("data_length", 3, WireType.VARINT),
    OPERATION_SOURCES("src_extents", 4, WireType.BYTES),
    OPERATION_DESTINATIONS("dst_extents", 6, WireType.BYTES),
    OPERATION_DATA_HASH("data_sha256_hash", 8, WireType.BYTES),
    OPERATION_SOURCE_HASH("src_sha256_hash", 9, WireType.BYTES),

    PARTITION_NAME("partition_name", 1, WireType.BYTES),
    PARTITION_OLD_INFO("old_partition_info", 6, WireType.BYTES),
    PARTITION_NEW_INFO("new_partition_info", 7, WireType.BYTES),
    PARTITION_OPERATIONS("operations", 8, WireType.BYTES),

    MANIFEST_BLOCK_SIZE("block_size", 3, WireType.VARINT),
    MANIFEST_SIGNATURES_OFFSET("signatures_offset", 4, WireType.VARINT),
    MANIFEST_SIGNATURES_SIZE("signatures_size", 5, WireType.VARINT),
    MANIFEST_MINOR_VERSION("minor_version", 12, WireType.VARINT),
    MANIFEST_PARTITIONS("partitions", 13, WireType.BYTES),
    MANIFEST_MAX_TIMESTAMP("max_timestamp", 14, WireType.VARINT),
    MANIFEST_PARTIAL_UPDATE("partial_update", 16, WireType.VARINT);

    private final String protoName;
    private final int number;
    private final int wireType;

    ProtoField(String protoName, int number, int wireType) {
        this.protoName = protoName;
        this.number = number;
        this.wireType = wireType;
    }

    String protoName() {
        return protoName;
    }

    int number() {
        return number;
    }

    int wireType() {
        return wireType;
    }

    /** The <a href="https://protobuf.dev/programming-guides/encoding/#structure">wire types</a>; groups are refused. */
    static final class WireType {
        static final int VARINT = 0;
        static final int FIXED64 = 1;
        static final int BYTES = 2;
        static final int FIXED32 = 5;

        private WireType() {}
    }
}
