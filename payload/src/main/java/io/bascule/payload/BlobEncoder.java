package io.bascule.payload;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/**
 * Finds a small form of a chunk: the smallest of three, or the chunk as it is if its bytes are spread so evenly that trying
 * is not worth the time. The same chunk always gives the same bytes.
 */
final class BlobEncoder {
    /**
     * How many times likelier than in random bytes two bytes of a chunk must be equal. Measured on an EROFS image of 103 MiB
     * compressed with zstd: the fifth of its chunks above this limit holds two thirds of what xz and bzip2 can save (6 %
     * in all), and the rest of the chunks cost three quarters of the time.
     */
    private static final long LEAST_UNEVENNESS = 2;

    private static final int BYTE_VALUES = 256;

    private static final int MIN_DICTIONARY = 4096;

    /** Other versions of the libraries may make other bytes. */
    static final String ENCODING = "payload chunk 1 xz-java/" + version(XZ.class) + " commons-compress/"
            + version(BZip2CompressorOutputStream.class);

    private BlobEncoder() {}

    /** {@return the smallest that was tried; of equals the one that is quicker to decode} */
    static Blob encode(byte[] content, ChunkMemory memory) throws IOException {
        if (isEven(content)) {
            return new Blob(OperationType.REPLACE, content);
        }
        var encoded = memory.encoded(ENCODING, content, chunk -> {
            var best = smallest(chunk);
            var bytes = Arrays.copyOf(best.bytes(), best.bytes().length + 1);
            bytes[best.bytes().length] = (byte) best.type().number();
            return bytes;
        });
        var end = encoded.length - 1;
        var type = OperationType.of(encoded[end]).orElseThrow();
        return new Blob(type, Arrays.copyOf(encoded, end));
    }

    private static Blob smallest(byte[] content) throws IOException {
        var best = new Blob(OperationType.REPLACE, content);
        for (var type : new OperationType[] {OperationType.REPLACE_XZ, OperationType.REPLACE_BZ}) {
            var encoded = encode(type, content);
            if (encoded.length < best.bytes().length) {
                best = new Blob(type, encoded);
            }
        }
        return best;
    }

    /**
     * {@return whether the bytes of a chunk are spread as in what is compressed or encrypted already: by the chance that two
     * of them are equal, in whole numbers, so that every machine decides alike}
     */
    static boolean isEven(byte[] content) {
        var counts = new long[BYTE_VALUES];
        for (var value : content) {
            counts[Byte.toUnsignedInt(value)]++;
        }
        var equalPairs = 0L;
        for (var count : counts) {
            equalPairs += count * count;
        }
        var size = (long) content.length;
        return equalPairs * BYTE_VALUES < LEAST_UNEVENNESS * size * size;
    }

    private static String version(Class<?> library) {
        return String.valueOf(library.getPackage().getImplementationVersion());
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
            default -> throw new IllegalArgumentException(type + " compresses nothing");
        };
    }

    /** A chunk as it stands in the payload. Its array is the encoder's own and is not changed any more. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Blob(OperationType type, byte[] bytes) {}
}
