package io.bascule.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whole payloads, changed anywhere, under signatures that are right again. */
class PayloadFuzzTest extends FuzzTests {
    private static final int BLOCKS = 4;
    private static final int DEVICE = (BLOCKS + 1) * PayloadFormat.BLOCK_SIZE;
    private static final byte[] CONTENT = Contents.filled(BLOCKS * PayloadFormat.BLOCK_SIZE, 'x');

    @Override
    public String name() {
        return "payload";
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        var blob = BlobEncoder.encode(OperationType.REPLACE_XZ, CONTENT);
        var manifest = Crafted.manifest(
                BLOCKS, CONTENT, blob.length, Crafted.operation(OperationType.REPLACE_XZ.number(), 0, blob, 0, BLOCKS));
        return Map.of("one-blob", Crafted.payload(manifest.toByteArray(), blob));
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class, PayloadException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes("CrAU", "\0\0\0\0\0\0\0\2", "\0\0\1\u000b");
    }

    /** Two signatures each. */
    @Override
    public int mutations() {
        return 400;
    }

    @Override
    public void read(byte[] input) throws IOException {
        // Taken as it is by whoever only looks, without a hash or signature.
        var inspected = inspectionRefused(input);
        var device = new byte[DEVICE];
        PayloadVerifier.verify(new ByteArrayInputStream(input), Keys.trust(Keys.RSA));
        assertThat(inspected).isFalse();
        Contents.apply(
                new ByteArrayInputStream(input), Keys.trust(Keys.RSA), Map.of("p", new MemoryBlockDevice(device)));
        assertThat(Arrays.copyOf(device, CONTENT.length)).isEqualTo(CONTENT);
    }

    private static boolean inspectionRefused(byte[] input) throws IOException {
        try {
            PayloadInspector.inspect(new ByteArrayInputStream(input));
            return false;
        } catch (MalformedFormatException e) {
            return true;
        }
    }

    /** Signs again what stands where the header says, if there is room for a signature of the usual size. */
    @Override
    public byte[] mend(byte[] input) {
        if (input.length < PayloadFormat.HEADER_SIZE + 2 * Crafted.SIGNATURES_SIZE) {
            return input;
        }
        var header = ByteBuffer.wrap(input);
        var size = header.getLong(PayloadFormat.MANIFEST_SIZE);
        var end = input.length - Crafted.SIGNATURES_SIZE;
        if (size < 0
                || size > end - Crafted.SIGNATURES_SIZE - PayloadFormat.HEADER_SIZE
                || header.getInt(PayloadFormat.METADATA_SIGNATURE_SIZE) != Crafted.SIGNATURES_SIZE) {
            return input;
        }
        var metadata = Arrays.copyOf(input, PayloadFormat.HEADER_SIZE + (int) size);
        var blobs = Arrays.copyOfRange(input, metadata.length + Crafted.SIGNATURES_SIZE, end);
        header.put(metadata.length, Crafted.signatures(List.of(metadata)));
        header.put(end, Crafted.signatures(List.of(metadata, blobs)));
        return input;
    }
}
