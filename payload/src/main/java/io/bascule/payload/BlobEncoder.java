package io.bascule.payload;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/** Finds the smallest form of a chunk. The same chunk always gives the same bytes. */
final class BlobEncoder {
    private static final int MIN_DICTIONARY = 4096;

    private BlobEncoder() {}

    /** {@return the smallest; of equals the one that is quicker to decode} */
    static Blob encode(byte[] content) throws IOException {
        var best = new Blob(OperationType.REPLACE, content);
        for (var type : new OperationType[] {OperationType.REPLACE_XZ, OperationType.REPLACE_BZ}) {
            var encoded = encode(type, content);
            if (encoded.length < best.bytes().length) {
                best = new Blob(type, encoded);
            }
        }
        return best;
    }

    static byte[] encode(OperationType type, byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var encoder = open(type, content.length, out)) {
            encoder.write(content);
        }
        return out.toByteArray();
    }

    private static OutputStream open(OperationType type, int contentSize, OutputStream out) throws IOException {
        return switch (type) {
            case REPLACE -> out;
            case REPLACE_BZ -> new BZip2CompressorOutputStream(out, BZip2CompressorOutputStream.MAX_BLOCKSIZE);
            case REPLACE_XZ -> {
                var options = new LZMA2Options(LZMA2Options.PRESET_MAX);
                // A longer dictionary than the chunk only costs memory, here and on the host.
                options.setDictSize(Math.max(MIN_DICTIONARY, contentSize));
                // Android's decoder, xz-embedded, knows none and CRC32 only.
                yield new XZOutputStream(out, options, XZ.CHECK_CRC32);
            }
        };
    }

    /** A chunk as it stands in the payload. Its array is the encoder's own and is not changed any more. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Blob(OperationType type, byte[] bytes) {}
}
