package io.bascule.payload;

import io.bascule.partitionlayout.MalformedFormatException;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * The first 24 bytes, big-endian.
 *
 * @param manifestSize in bytes
 * @param metadataSignatureSize in bytes
 */
record PayloadHeader(int manifestSize, int metadataSignatureSize) {

    byte[] encode() {
        return ByteBuffer.allocate(PayloadFormat.HEADER_SIZE)
                .putInt(PayloadFormat.MAGIC)
                .putLong(PayloadFormat.MAJOR_VERSION)
                .putLong(manifestSize)
                .putInt(metadataSignatureSize)
                .array();
    }

    static PayloadHeader decode(byte[] bytes) throws MalformedFormatException {
        var buffer = ByteBuffer.wrap(bytes);
        var magic = buffer.getInt(0);
        if (magic != PayloadFormat.MAGIC) {
            throw malformed("magic", 0, String.format(Locale.ROOT, "0x%08x, expected \"CrAU\"", magic));
        }
        var version = buffer.getLong(PayloadFormat.VERSION);
        if (version != PayloadFormat.MAJOR_VERSION) {
            throw malformed("version", PayloadFormat.VERSION, Long.toUnsignedString(version) + ", only 2 is supported");
        }
        return new PayloadHeader(
                size(
                        "manifest size",
                        PayloadFormat.MANIFEST_SIZE,
                        buffer.getLong(PayloadFormat.MANIFEST_SIZE),
                        PayloadFormat.MAX_MANIFEST_SIZE),
                size(
                        "metadata signature size",
                        PayloadFormat.METADATA_SIGNATURE_SIZE,
                        Integer.toUnsignedLong(buffer.getInt(PayloadFormat.METADATA_SIGNATURE_SIZE)),
                        PayloadFormat.MAX_SIGNATURES_SIZE));
    }

    private static int size(String field, int offset, long value, int limit) throws MalformedFormatException {
        if (Long.compareUnsigned(value, limit) > 0) {
            throw malformed(
                    field, offset, Long.toUnsignedString(value) + " bytes, more than the " + limit + " allowed");
        }
        return (int) value;
    }

    private static MalformedFormatException malformed(String field, int offset, String problem) {
        return new MalformedFormatException(PayloadFormat.NAME, field, offset, problem);
    }
}
