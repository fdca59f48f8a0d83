package io.bascule.payload;

import io.bascule.signing.Sha256Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.List;

/** Payloads put together without the writer under test, so that they can be wrong in any way; signed with {@link Keys#RSA}. */
final class Crafted {
    /** Of a Signatures message with one RSA-2048 signature: measured on payloads of Android's own tools. */
    static final int SIGNATURES_SIZE = 267;

    private Crafted() {}

    static byte[] payload(byte[] manifest, byte[] blobs) {
        var metadata = metadata(manifest);
        return concat(metadata, signatures(List.of(metadata)), blobs, signatures(List.of(metadata, blobs)));
    }

    static byte[] metadata(byte[] manifest) {
        return ByteBuffer.allocate(24 + manifest.length)
                .put(new byte[] {'C', 'r', 'A', 'U'})
                .putLong(2)
                .putLong(manifest.length)
                .putInt(SIGNATURES_SIZE)
                .put(manifest)
                .array();
    }

    /** Serialized by hand: tag, length, data tag and length, data, tag and value of the unpadded size. */
    static byte[] signatures(List<byte[]> signed) {
        try {
            var signer = Signature.getInstance("SHA256withRSA");
            signer.initSign(Keys.RSA.getPrivate());
            for (var part : signed) {
                signer.update(part);
            }
            return ByteBuffer.allocate(SIGNATURES_SIZE)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(new byte[] {0x0a, (byte) 0x88, 0x02, 0x12, (byte) 0x80, 0x02})
                    .put(signer.sign())
                    .put((byte) 0x1d)
                    .putInt(256)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] concat(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        List.of(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    /** A manifest for one partition "p" of so many blocks, with these operations. */
    static ProtoWriter manifest(long blocks, byte[] content, long signaturesOffset, ProtoWriter... operations) {
        return manifest(blocks, Sha256Digest.ofContent(content), signaturesOffset, operations);
    }

    static ProtoWriter manifest(long blocks, Sha256Digest hash, long signaturesOffset, ProtoWriter... operations) {
        var partition = new ProtoWriter()
                .bytes(ProtoField.PARTITION_NAME, new byte[] {'p'})
                .message(ProtoField.PARTITION_NEW_INFO, info(blocks, hash));
        for (var operation : operations) {
            partition.message(ProtoField.PARTITION_OPERATIONS, operation);
        }
        return new ProtoWriter()
                .varint(ProtoField.MANIFEST_BLOCK_SIZE, 4096)
                .varint(ProtoField.MANIFEST_SIGNATURES_OFFSET, signaturesOffset)
                .varint(ProtoField.MANIFEST_SIGNATURES_SIZE, SIGNATURES_SIZE)
                .message(ProtoField.MANIFEST_PARTITIONS, partition);
    }

    /** As the other, of a delta whose old content has so many blocks; its minor version is to be added. */
    static ProtoWriter delta(
            long oldBlocks, long blocks, byte[] content, long signaturesOffset, ProtoWriter... operations) {
        var partition = new ProtoWriter()
                .bytes(ProtoField.PARTITION_NAME, new byte[] {'p'})
                .message(ProtoField.PARTITION_OLD_INFO, info(oldBlocks, Sha256Digest.ofContent(new byte[0])))
                .message(ProtoField.PARTITION_NEW_INFO, info(blocks, Sha256Digest.ofContent(content)));
        for (var operation : operations) {
            partition.message(ProtoField.PARTITION_OPERATIONS, operation);
        }
        return new ProtoWriter()
                .varint(ProtoField.MANIFEST_SIGNATURES_OFFSET, signaturesOffset)
                .varint(ProtoField.MANIFEST_SIGNATURES_SIZE, SIGNATURES_SIZE)
                .message(ProtoField.MANIFEST_PARTITIONS, partition);
    }

    private static ProtoWriter info(long blocks, Sha256Digest hash) {
        return new ProtoWriter().varint(ProtoField.INFO_SIZE, blocks * 4096).bytes(ProtoField.INFO_HASH, hash.bytes());
    }

    private static ProtoWriter extents(ProtoWriter operation, ProtoField field, long... extents) {
        for (var i = 0; i < extents.length; i += 2) {
            operation.message(
                    field,
                    new ProtoWriter()
                            .varint(ProtoField.EXTENT_START, extents[i])
                            .varint(ProtoField.EXTENT_COUNT, extents[i + 1]));
        }
        return operation;
    }

    /** An operation that makes zeros. */
    static ProtoWriter zero(long start, long count) {
        return extents(
                new ProtoWriter().varint(ProtoField.OPERATION_TYPE, 6),
                ProtoField.OPERATION_DESTINATIONS,
                start,
                count);
    }

    static ProtoWriter zeroWithSource() {
        return extents(zero(0, 2), ProtoField.OPERATION_SOURCES, 0, 2);
    }

    /** An operation that copies blocks; without a hash of them if there is none. */
    static ProtoWriter copy(long from, long fromCount, long to, long toCount, byte[] source) {
        var operation = new ProtoWriter().varint(ProtoField.OPERATION_TYPE, 4);
        extents(operation, ProtoField.OPERATION_SOURCES, from, fromCount);
        extents(operation, ProtoField.OPERATION_DESTINATIONS, to, toCount);
        return source.length == 0
                ? operation
                : operation.bytes(
                        ProtoField.OPERATION_SOURCE_HASH,
                        Sha256Digest.ofContent(source).bytes());
    }

    /** An operation that should have a source, with its hash alone. */
    static ProtoWriter withoutSource(long type, long start, long count) {
        return extents(
                        new ProtoWriter().varint(ProtoField.OPERATION_TYPE, type),
                        ProtoField.OPERATION_DESTINATIONS,
                        start,
                        count)
                .bytes(
                        ProtoField.OPERATION_SOURCE_HASH,
                        Sha256Digest.ofContent(new byte[0]).bytes());
    }

    /** An operation with pairs of start block and block count. */
    static ProtoWriter operation(long type, long offset, byte[] blob, long... extents) {
        var operation = new ProtoWriter()
                .varint(ProtoField.OPERATION_TYPE, type)
                .varint(ProtoField.OPERATION_DATA_OFFSET, offset)
                .varint(ProtoField.OPERATION_DATA_LENGTH, blob.length);
        return extents(operation, ProtoField.OPERATION_DESTINATIONS, extents)
                .bytes(
                        ProtoField.OPERATION_DATA_HASH,
                        Sha256Digest.ofContent(blob).bytes());
    }
}
