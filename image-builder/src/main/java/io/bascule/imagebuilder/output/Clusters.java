package io.bascule.imagebuilder.output;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.function.Function;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Pieces of a disk that are compressed each by itself. */
final class Clusters {
    private Clusters() {}

    /** What they are compressed with. */
    enum Codec {
        ZSTD,
        RAW_DEFLATE,
        ZLIB
    }

    /**
     * Fills {@code target} as far as the compressed bytes have something for it.
     *
     * @param least how many bytes they must have
     * @param compressed what begins with them; more may follow
     * @param malformed makes the exception of a problem
     */
    static void decompress(
            Codec codec,
            byte[] compressed,
            byte[] target,
            int least,
            Function<String, MalformedFormatException> malformed)
            throws MalformedFormatException {
        try {
            var count = codec == Codec.ZSTD ? unzstd(compressed, target) : inflate(codec, compressed, target);
            if (count < least) {
                throw malformed.apply("it decompresses to " + count + " bytes, not " + least);
            }
        } catch (IOException | DataFormatException e) {
            if (e instanceof MalformedFormatException already) {
                throw already;
            }
            throw (MalformedFormatException) malformed
                    .apply("it cannot be decompressed: " + e.getMessage())
                    .initCause(e);
        }
    }

    private static int unzstd(byte[] compressed, byte[] target) throws IOException {
        try (var in =
                new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(compressed), RecyclingBufferPool.INSTANCE)) {
            return in.readNBytes(target, 0, target.length);
        }
    }

    private static int inflate(Codec codec, byte[] compressed, byte[] target) throws DataFormatException {
        try (var inflater = new Inflater(codec == Codec.RAW_DEFLATE)) {
            inflater.setInput(compressed);
            var done = 0;
            while (done < target.length) {
                var count = inflater.inflate(target, done, target.length - done);
                if (count == 0) {
                    // It has ended, or wants bytes or a dictionary that there are not.
                    return done;
                }
                done += count;
            }
            return done;
        }
    }
}
