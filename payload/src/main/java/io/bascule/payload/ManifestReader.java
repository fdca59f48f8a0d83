package io.bascule.payload;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.payload.PartitionUpdate.OldContent;
import io.bascule.signing.Sha256Digest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Decodes a manifest and holds it to what a payload must be: blobs without gaps in the order of the operations, operations
 * that write each block of their partition once, old contents in a delta payload only.
 */
final class ManifestReader {
    /** What stands for a hash until its field is met; it is required. */
    private static final Sha256Digest NO_DIGEST = Sha256Digest.of(new byte[Sha256Digest.SIZE]);

    /** Of a blob that is not there. */
    private static final Sha256Digest NO_BLOB = Sha256Digest.ofContent(new byte[0]);

    private final Set<String> names = new HashSet<>();
    private long dataEnd;
    private int operationCount;
    private int extentCount;
    private long minorVersion;

    private ManifestReader() {}

    /** @param offset of the manifest in the payload, for errors */
    static PayloadManifest decode(byte[] bytes, long offset) throws MalformedFormatException {
        return new ManifestReader().manifest(new ProtoReader(bytes, offset));
    }

    private PayloadManifest manifest(ProtoReader in) throws MalformedFormatException {
        var partitions = new ArrayList<PartitionUpdate>();
        var signaturesOffset = 0L;
        var signaturesSize = 0L;
        var maxTimestamp = OptionalLong.empty();
        while (in.next()) {
            if (in.isOnce(ProtoField.MANIFEST_BLOCK_SIZE)) {
                exactly(in, ProtoField.MANIFEST_BLOCK_SIZE, PayloadFormat.BLOCK_SIZE);
            } else if (in.isOnce(ProtoField.MANIFEST_SIGNATURES_OFFSET)) {
                signaturesOffset = in.unsigned(ProtoField.MANIFEST_SIGNATURES_OFFSET);
            } else if (in.isOnce(ProtoField.MANIFEST_SIGNATURES_SIZE)) {
                signaturesSize = in.unsigned(ProtoField.MANIFEST_SIGNATURES_SIZE);
            } else if (in.isOnce(ProtoField.MANIFEST_MINOR_VERSION)) {
                minorVersion = minorVersion(in);
            } else if (in.is(ProtoField.MANIFEST_PARTITIONS)) {
                if (partitions.size() == PayloadFormat.MAX_PARTITIONS) {
                    throw in.malformed(
                            ProtoField.MANIFEST_PARTITIONS, "more than " + PayloadFormat.MAX_PARTITIONS + " of them");
                }
                partitions.add(partition(in, in.message(ProtoField.MANIFEST_PARTITIONS)));
            } else if (in.isOnce(ProtoField.MANIFEST_MAX_TIMESTAMP)) {
                maxTimestamp = OptionalLong.of(in.signed(ProtoField.MANIFEST_MAX_TIMESTAMP));
            } else if (in.isOnce(ProtoField.MANIFEST_PARTIAL_UPDATE)) {
                exactly(in, ProtoField.MANIFEST_PARTIAL_UPDATE, 0);
            } else {
                in.skip();
            }
        }
        in.require(ProtoField.MANIFEST_SIGNATURES_OFFSET, ProtoField.MANIFEST_SIGNATURES_SIZE);
        checkKind(in, partitions);
        if (signaturesOffset != dataEnd) {
            throw in.malformed(
                    ProtoField.MANIFEST_SIGNATURES_OFFSET, signaturesOffset + ", but the blobs end at " + dataEnd);
        }
        if (signaturesSize > PayloadFormat.MAX_SIGNATURES_SIZE) {
            throw in.malformed(
                    ProtoField.MANIFEST_SIGNATURES_SIZE,
                    signaturesSize + " bytes, more than the " + PayloadFormat.MAX_SIGNATURES_SIZE + " allowed");
        }
        return new PayloadManifest(signaturesOffset, signaturesSize, maxTimestamp, partitions);
    }

    private static long minorVersion(ProtoReader in) throws MalformedFormatException {
        var version = in.unsigned(ProtoField.MANIFEST_MINOR_VERSION);
        if (version != PayloadFormat.FULL_MINOR_VERSION
                && version != PayloadFormat.EXTENDED_MINOR_VERSION
                && (version < PayloadFormat.FIRST_DELTA_MINOR_VERSION
                        || version > PayloadFormat.LAST_DELTA_MINOR_VERSION)) {
            throw in.malformed(
                    ProtoField.MANIFEST_MINOR_VERSION,
                    version + ", only " + PayloadFormat.FULL_MINOR_VERSION + ", "
                            + PayloadFormat.FIRST_DELTA_MINOR_VERSION + " to " + PayloadFormat.LAST_DELTA_MINOR_VERSION
                            + " and " + PayloadFormat.EXTENDED_MINOR_VERSION + " are supported");
        }
        return version;
    }

    /** What is allowed goes by the minor version, which may stand behind the partitions. */
    private void checkKind(ProtoReader in, List<PartitionUpdate> partitions) throws MalformedFormatException {
        var isFull = minorVersion == PayloadFormat.FULL_MINOR_VERSION;
        for (var partition : partitions) {
            if (isFull && partition.old().isPresent()) {
                throw in.malformed(
                        ProtoField.PARTITION_OLD_INFO, "partition '" + partition.name() + "' has it in a full payload");
            }
            for (var operation : partition.operations()) {
                if (isFull && !operation.type().isOfFullPayloads()) {
                    throw in.malformed(ProtoField.OPERATION_TYPE, operation.type() + " in a full payload");
                }
                if (operation.type().isExtension() && minorVersion != PayloadFormat.EXTENDED_MINOR_VERSION) {
                    throw in.malformed(
                            ProtoField.OPERATION_TYPE,
                            operation.type() + " in a payload of minor version " + minorVersion);
                }
            }
        }
        if (!isFull
                && partitions.stream().noneMatch(partition -> partition.old().isPresent())) {
            throw in.malformed(
                    ProtoField.MANIFEST_MINOR_VERSION, minorVersion + ", but no partition has an old content");
        }
    }

    private PartitionUpdate partition(ProtoReader manifest, ProtoReader in) throws MalformedFormatException {
        var name = "";
        var info = new OldContent(ByteCount.ZERO, NO_DIGEST);
        var old = Optional.<OldContent>empty();
        var operations = new ArrayList<InstallOperation>();
        while (in.next()) {
            if (in.isOnce(ProtoField.PARTITION_NAME)) {
                // Bytes that are not ASCII become a character that no name may have.
                name = new String(in.bytes(ProtoField.PARTITION_NAME), US_ASCII);
                if (!PayloadFormat.PARTITION_NAME.matcher(name).matches()) {
                    throw in.malformed(
                            ProtoField.PARTITION_NAME, "not 1 to 36 letters, digits, underscores, dots and dashes");
                }
                if (!names.add(name)) {
                    throw in.malformed(ProtoField.PARTITION_NAME, "a second partition '" + name + "'");
                }
            } else if (in.isOnce(ProtoField.PARTITION_OLD_INFO)) {
                old = Optional.of(info(in.message(ProtoField.PARTITION_OLD_INFO)));
            } else if (in.isOnce(ProtoField.PARTITION_NEW_INFO)) {
                info = info(in.message(ProtoField.PARTITION_NEW_INFO));
            } else if (in.is(ProtoField.PARTITION_OPERATIONS)) {
                if (operationCount++ == PayloadFormat.MAX_OPERATIONS) {
                    throw in.malformed(
                            ProtoField.PARTITION_OPERATIONS, "more than " + PayloadFormat.MAX_OPERATIONS + " of them");
                }
                operations.add(operation(in.message(ProtoField.PARTITION_OPERATIONS)));
            } else {
                in.skip();
            }
        }
        in.require(ProtoField.PARTITION_NAME, ProtoField.PARTITION_NEW_INFO);
        var coverage = ExtentCoverage.problem(operations, info.size().bytes() / PayloadFormat.BLOCK_SIZE);
        if (coverage.isPresent()) {
            throw manifest.malformed(
                    ProtoField.OPERATION_DESTINATIONS, "partition '" + name + "': " + coverage.orElseThrow());
        }
        checkSources(manifest, name, old, operations);
        return new PartitionUpdate(name, old, info.size(), info.hash(), operations);
    }

    private static void checkSources(
            ProtoReader manifest, String name, Optional<OldContent> old, List<InstallOperation> operations)
            throws MalformedFormatException {
        var blocks = old.map(content -> content.size().bytes() / PayloadFormat.BLOCK_SIZE)
                .orElse(0L);
        for (var operation : operations) {
            for (var extent : operation.source().map(OperationSource::extents).orElse(List.of())) {
                if (extent.end() > blocks) {
                    throw manifest.malformed(
                            ProtoField.OPERATION_SOURCES,
                            "partition '" + name + "': block " + (extent.end() - 1) + " is beyond the " + blocks
                                    + " that its old content has");
                }
            }
        }
    }

    private static OldContent info(ProtoReader in) throws MalformedFormatException {
        var size = 0L;
        var hash = NO_DIGEST;
        while (in.next()) {
            if (in.isOnce(ProtoField.INFO_SIZE)) {
                size = in.unsigned(ProtoField.INFO_SIZE);
                if (size == 0 || size % PayloadFormat.BLOCK_SIZE != 0) {
                    throw in.malformed(ProtoField.INFO_SIZE, size + " bytes are not whole blocks, one at least");
                }
            } else if (in.isOnce(ProtoField.INFO_HASH)) {
                hash = digest(in, ProtoField.INFO_HASH);
            } else {
                in.skip();
            }
        }
        in.require(ProtoField.INFO_SIZE, ProtoField.INFO_HASH);
        return new OldContent(new ByteCount(size), hash);
    }

    private InstallOperation operation(ProtoReader in) throws MalformedFormatException {
        var type = OperationType.REPLACE;
        var hash = NO_DIGEST;
        var dataOffset = 0L;
        var dataLength = 0L;
        var sources = new ArrayList<Extent>();
        var sourceHash = Optional.<Sha256Digest>empty();
        var destinations = new ArrayList<Extent>(1);
        while (in.next()) {
            if (in.isOnce(ProtoField.OPERATION_TYPE)) {
                var number = in.unsigned(ProtoField.OPERATION_TYPE);
                type = OperationType.of(number)
                        .orElseThrow(
                                () -> in.malformed(ProtoField.OPERATION_TYPE, number + " is not one that we know"));
            } else if (in.isOnce(ProtoField.OPERATION_DATA_OFFSET)) {
                dataOffset = in.unsigned(ProtoField.OPERATION_DATA_OFFSET);
                if (dataOffset != dataEnd) {
                    throw in.malformed(
                            ProtoField.OPERATION_DATA_OFFSET,
                            dataOffset + ", but the blob before it ends at " + dataEnd);
                }
            } else if (in.isOnce(ProtoField.OPERATION_DATA_LENGTH)) {
                dataLength = in.unsigned(ProtoField.OPERATION_DATA_LENGTH);
            } else if (in.is(ProtoField.OPERATION_SOURCES)) {
                sources.add(extent(in, ProtoField.OPERATION_SOURCES));
            } else if (in.is(ProtoField.OPERATION_DESTINATIONS)) {
                destinations.add(extent(in, ProtoField.OPERATION_DESTINATIONS));
            } else if (in.isOnce(ProtoField.OPERATION_DATA_HASH)) {
                hash = digest(in, ProtoField.OPERATION_DATA_HASH);
            } else if (in.isOnce(ProtoField.OPERATION_SOURCE_HASH)) {
                sourceHash = Optional.of(digest(in, ProtoField.OPERATION_SOURCE_HASH));
            } else {
                in.skip();
            }
        }
        in.require(ProtoField.OPERATION_TYPE);
        if (type.hasBlob()) {
            in.require(
                    ProtoField.OPERATION_DATA_OFFSET, ProtoField.OPERATION_DATA_LENGTH, ProtoField.OPERATION_DATA_HASH);
        } else {
            if (in.has(ProtoField.OPERATION_DATA_OFFSET) || in.has(ProtoField.OPERATION_DATA_LENGTH)) {
                throw in.malformed(ProtoField.OPERATION_DATA_LENGTH, type + " has no blob");
            }
            dataOffset = dataEnd;
            hash = NO_BLOB;
        }
        var operation = new InstallOperation(
                type, dataOffset, dataLength, hash, source(in, type, sources, sourceHash), destinations);
        checkLength(in, operation);
        dataEnd = dataOffset + dataLength;
        return operation;
    }

    private static Optional<OperationSource> source(
            ProtoReader in, OperationType type, List<Extent> extents, Optional<Sha256Digest> hash)
            throws MalformedFormatException {
        if (!type.hasSource()) {
            if (!extents.isEmpty()) {
                throw in.malformed(ProtoField.OPERATION_SOURCES, type + " has no source");
            }
            return Optional.empty();
        }
        in.require(ProtoField.OPERATION_SOURCE_HASH);
        if (extents.isEmpty()) {
            throw in.malformed(ProtoField.OPERATION_SOURCES, type + " needs a source");
        }
        return Optional.of(new OperationSource(extents, hash.orElseThrow()));
    }

    /** A blob is never larger than what it stands for: every writer falls back to REPLACE. */
    private static void checkLength(ProtoReader in, InstallOperation operation) throws MalformedFormatException {
        var length = operation.dataLength();
        var blocks = blocks(operation.destinations());
        var space = blocks * PayloadFormat.BLOCK_SIZE;
        var fits = switch (operation.type()) {
            case REPLACE -> length > space - PayloadFormat.BLOCK_SIZE && length <= space;
            case REPLACE_BZ, REPLACE_XZ, SOURCE_BSDIFF, RECOMPRESS -> length < space;
            case SOURCE_COPY, ZERO, DISCARD -> blocks > 0;
        };
        if ((length == 0 && operation.type().hasBlob()) || length > PayloadFormat.MAX_BLOB_SIZE || !fits) {
            throw in.malformed(
                    ProtoField.OPERATION_DATA_LENGTH,
                    length + " bytes for " + operation.type() + " of " + blocks + " blocks");
        }
        if (operation.type() == OperationType.SOURCE_COPY) {
            var copied = blocks(operation.source().orElseThrow().extents());
            if (copied != blocks) {
                throw in.malformed(
                        ProtoField.OPERATION_SOURCES, copied + " blocks are to be copied to " + blocks + " blocks");
            }
        }
    }

    /** {@return how many there are, at most as many as have a number of bytes} Whether they fit is asked elsewhere. */
    private static long blocks(List<Extent> extents) {
        var blocks = 0L;
        for (var extent : extents) {
            blocks = Math.min(Long.MAX_VALUE / PayloadFormat.BLOCK_SIZE - blocks, extent.blockCount()) + blocks;
        }
        return blocks;
    }

    private Extent extent(ProtoReader operation, ProtoField field) throws MalformedFormatException {
        if (extentCount++ == PayloadFormat.MAX_EXTENTS) {
            throw operation.malformed(field, "more than " + PayloadFormat.MAX_EXTENTS + " of them");
        }
        return extent(operation.message(field));
    }

    private static Extent extent(ProtoReader in) throws MalformedFormatException {
        var start = 0L;
        var count = 0L;
        while (in.next()) {
            if (in.isOnce(ProtoField.EXTENT_START)) {
                start = in.unsigned(ProtoField.EXTENT_START);
            } else if (in.isOnce(ProtoField.EXTENT_COUNT)) {
                count = in.unsigned(ProtoField.EXTENT_COUNT);
            } else {
                in.skip();
            }
        }
        if (count == 0 || start > Long.MAX_VALUE - count) {
            throw in.malformed(ProtoField.EXTENT_COUNT, count + " blocks from " + start);
        }
        return new Extent(start, count);
    }

    private static Sha256Digest digest(ProtoReader in, ProtoField field) throws MalformedFormatException {
        var bytes = in.bytes(field);
        if (bytes.length != Sha256Digest.SIZE) {
            throw in.malformed(field, bytes.length + " bytes, a SHA-256 has 32");
        }
        return Sha256Digest.of(bytes);
    }

    private static void exactly(ProtoReader in, ProtoField field, long expected) throws MalformedFormatException {
        var value = in.unsigned(field);
        if (value != expected) {
            throw in.malformed(field, value + ", only " + expected + " is supported");
        }
    }
}
