package io.bascule.payload;

import io.bascule.partitionlayout.MalformedFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.SingleXZInputStream;

/** Turns a blob into exactly the blocks it is for, a buffer at a time. */
final class BlobDecoder {
    private static final int BUFFER = 256 << 10;

    private final byte[] buffer = new byte[BUFFER];

    /**
     * @param blob whose hash was found right
     * @param offset of the blob in the payload, for errors
     * @throws MalformedFormatException if the blob decodes to more or fewer bytes than its extents have; what came before
     *     was given to {@code sink}
     */
    void decode(InstallOperation operation, byte[] blob, long offset, BlockSink sink) throws IOException {
        var source = new ByteArrayInputStream(blob);
        var in = open(operation.type(), source, offset);
        for (var extent : operation.destinations()) {
            var end = extent.end() * PayloadFormat.BLOCK_SIZE;
            for (var at = extent.startBlock() * PayloadFormat.BLOCK_SIZE; at < end; ) {
                var wanted = (int) Math.min(buffer.length, end - at);
                var count = read(in, wanted, offset);
                if (count < wanted && operation.type() != OperationType.REPLACE) {
                    throw malformed(offset, "it decodes to less than its blocks hold");
                }
                Arrays.fill(buffer, count, wanted, (byte) 0);
                sink.write(at, ByteBuffer.wrap(buffer, 0, wanted));
                at += wanted;
            }
        }
        // Going on to its end also makes the decoder compare its own checksums.
        if (read(in, 1, offset) != 0) {
            throw malformed(offset, "it decodes to more than its blocks hold");
        }
        if (source.available() != 0) {
            throw malformed(offset, source.available() + " bytes behind the end of its stream");
        }
    }

    private static InputStream open(OperationType type, InputStream blob, long offset) throws MalformedFormatException {
        try {
            return switch (type) {
                case REPLACE -> blob;
                case REPLACE_BZ -> new BZip2CompressorInputStream(blob, false);
                case REPLACE_XZ -> new SingleXZInputStream(blob, PayloadFormat.MAX_XZ_MEMORY_KIB);
            };
        } catch (IOException | RuntimeException e) {
            throw undecodable(offset, e);
        }
    }

    /** Fills the buffer's first {@code wanted} bytes. {@return fewer only at the end} */
    private int read(InputStream in, int wanted, long offset) throws MalformedFormatException {
        try {
            return in.readNBytes(buffer, 0, wanted);
        } catch (IOException | RuntimeException e) {
            // RuntimeException too: the bzip2 decoder leaves some checks of its tables to the array bounds.
            throw undecodable(offset, e);
        }
    }

    private static MalformedFormatException undecodable(long offset, Exception cause) {
        var malformed = malformed(offset, "it cannot be decoded: " + cause.getMessage());
        malformed.initCause(cause);
        return malformed;
    }

    private static MalformedFormatException malformed(long offset, String problem) {
        return new MalformedFormatException(PayloadFormat.NAME, "blob", offset, problem);
    }
}
