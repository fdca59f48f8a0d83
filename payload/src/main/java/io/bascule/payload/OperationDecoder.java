package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.payload.bsdiff.BsdiffInputStream;
import io.bascule.payload.recompress.RecompressInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.SingleXZInputStream;

/** Makes exactly the blocks that an operation is for, a buffer at a time. */
final class OperationDecoder {
    private static final int BUFFER = 256 << 10;

    /** What does not come is zero. */
    private static final Set<OperationType> FILLED =
            EnumSet.of(OperationType.REPLACE, OperationType.ZERO, OperationType.DISCARD);

    /** One stream that must be the whole blob. */
    private static final Set<OperationType> READ_TO_END =
            EnumSet.of(OperationType.REPLACE_BZ, OperationType.REPLACE_XZ);

    private final byte[] buffer = new byte[BUFFER];

    /**
     * @param blob whose hash was found right
     * @param offset of the blob in the payload, for errors
     * @param source whose hash was found right; empty for an operation that has none
     * @throws MalformedFormatException if the blob decodes to more or fewer bytes than its extents have; what came before
     *     was given to {@code sink}
     */
    void decode(InstallOperation operation, byte[] blob, long offset, Optional<BlockDevice> source, BlockSink sink)
            throws IOException {
        var bytes = new ByteArrayInputStream(blob);
        var in = open(operation.type(), bytes, blob, source, offset);
        for (var extent : operation.destinations()) {
            var end = extent.end() * PayloadFormat.BLOCK_SIZE;
            for (var at = extent.startBlock() * PayloadFormat.BLOCK_SIZE; at < end; ) {
                var wanted = (int) Math.min(buffer.length, end - at);
                var count = read(in, wanted, offset);
                if (count < wanted && !FILLED.contains(operation.type())) {
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
        if (READ_TO_END.contains(operation.type()) && bytes.available() != 0) {
            throw malformed(offset, bytes.available() + " bytes behind the end of its stream");
        }
    }

    private static InputStream open(
            OperationType type, InputStream stream, byte[] blob, Optional<BlockDevice> source, long offset)
            throws MalformedFormatException {
        try {
            return switch (type) {
                case REPLACE -> stream;
                case REPLACE_BZ -> new BZip2CompressorInputStream(stream, false);
                case REPLACE_XZ -> new SingleXZInputStream(stream, PayloadFormat.MAX_XZ_MEMORY_KIB);
                case SOURCE_COPY -> new DeviceInputStream(source.orElseThrow());
                case SOURCE_BSDIFF -> new BsdiffInputStream(blob, source.orElseThrow());
                case RECOMPRESS -> new RecompressInputStream(blob, source.orElseThrow());
                case ZERO, DISCARD -> InputStream.nullInputStream();
            };
        } catch (IOException | RuntimeException e) {
            throw undecodable(offset, e);
        }
    }

    /** Fills the buffer's first {@code wanted} bytes. {@return fewer only at the end} */
    private int read(InputStream in, int wanted, long offset) throws IOException {
        try {
            return in.readNBytes(buffer, 0, wanted);
        } catch (InterruptedIOException e) {
            // Says nothing about the blob.
            throw e;
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
