package io.bascule.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.signing.Sha256Digest;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/** Blobs, after their hash was found right: a byte with the kind of the operation, then the blob. */
class BlobFuzzTest extends FuzzTests {
    private static final List<OperationType> TYPES =
            List.of(OperationType.REPLACE, OperationType.REPLACE_BZ, OperationType.REPLACE_XZ);
    private static final int BLOCKS = 6;
    private static final int XZ_FLAGS = 6;
    private static final int XZ_BLOCK_HEADER = 12;

    @Override
    public String name() {
        return "payload-blob";
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        var content = Contents.digits(4, BLOCKS * PayloadFormat.BLOCK_SIZE);
        return Map.of(
                "bzip2", smallTables(seed(OperationType.REPLACE_BZ, content)),
                "xz", seed(OperationType.REPLACE_XZ, content),
                "xz-of-zeros", seed(OperationType.REPLACE_XZ, new byte[content.length]),
                "plain", seed(OperationType.REPLACE, new byte[100]));
    }

    /** With tables a ninth of the usual size, which are made faster. */
    private static byte[] smallTables(byte[] bzip2) {
        bzip2[4] = '1';
        return bzip2;
    }

    private static byte[] seed(OperationType type, byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        out.write(TYPES.indexOf(type));
        out.writeBytes(type == OperationType.REPLACE ? content : BlobEncoder.encode(type, content));
        return out.toByteArray();
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes("BZh9", "1AY&SY", "\u0017rE8P\u0090", "\u00fd7zXZ\0", "YZ", "!\1\26");
    }

    @Override
    public int mutations() {
        return 400;
    }

    @Override
    public long allocationLimit(int inputSize) {
        // Both decoders take their tables at once: bzip2 up to 4.5 MiB, xz what is allowed.
        return 64 << 20;
    }

    @Override
    public void read(byte[] input) throws IOException {
        var type = TYPES.get(input.length == 0 ? 0 : Byte.toUnsignedInt(input[0]) % TYPES.size());
        var blob = Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
        var operation = new InstallOperation(
                type,
                0,
                blob.length,
                Sha256Digest.ofContent(blob),
                List.of(new Extent(3, BLOCKS - 4), new Extent(1, 4)));
        var written = new long[1];
        new OperationDecoder().decode(operation, blob, 0, Optional.empty(), (position, bytes) -> {
            assertThat(position).isGreaterThanOrEqualTo(PayloadFormat.BLOCK_SIZE);
            assertThat(position + bytes.remaining()).isLessThanOrEqualTo((BLOCKS - 1L) * PayloadFormat.BLOCK_SIZE);
            written[0] += bytes.remaining();
        });
        assertThat(written[0]).isEqualTo((long) BLOCKS * PayloadFormat.BLOCK_SIZE);
    }

    /** The checksums of the headers of an .xz file. */
    @Override
    public byte[] mend(byte[] input) {
        var xz = ByteBuffer.wrap(input).slice(Math.min(1, input.length), Math.max(0, input.length - 1));
        xz.order(ByteOrder.LITTLE_ENDIAN);
        if (xz.limit() > XZ_BLOCK_HEADER && xz.get(1) == '7') {
            mend(xz, XZ_FLAGS, 2);
            var size = (Byte.toUnsignedInt(xz.get(XZ_BLOCK_HEADER)) + 1) * 4;
            if (xz.limit() >= XZ_BLOCK_HEADER + size) {
                mend(xz, XZ_BLOCK_HEADER, size - Integer.BYTES);
            }
        }
        return input;
    }

    private static void mend(ByteBuffer xz, int at, int length) {
        var crc = new CRC32();
        crc.update(xz.slice(at, length));
        xz.putInt(at + length, (int) crc.getValue());
    }
}
