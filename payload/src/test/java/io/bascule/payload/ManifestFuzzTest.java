package io.bascule.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.testsupport.FuzzTests;
import java.util.Map;
import java.util.Set;

/** Manifests, after their signature was found right. */
class ManifestFuzzTest extends FuzzTests {
    private static final int OFFSET = PayloadFormat.HEADER_SIZE;

    @Override
    public String name() {
        return "payload-manifest";
    }

    @Override
    public Map<String, byte[]> seeds() {
        var block = new byte[4096];
        return Map.of(
                "three-operations",
                Crafted.manifest(
                                4,
                                block,
                                3 * 4096,
                                Crafted.operation(0, 0, block, 0, 1),
                                Crafted.operation(0, 4096, block, 1, 1),
                                Crafted.operation(8, 8192, block, 2, 1, 3, 1))
                        .toByteArray(),
                "delta",
                Crafted.delta(
                                9,
                                4,
                                block,
                                4096,
                                Crafted.copy(7, 2, 0, 2, block),
                                Crafted.operation(0, 0, block, 2, 1),
                                Crafted.zero(3, 1))
                        .varint(ProtoField.MANIFEST_MINOR_VERSION, 6)
                        .toByteArray());
    }

    @Override
    public int mutations() {
        return 20_000;
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    /** Whatever is read can be written, and reads the same. */
    @Override
    public void read(byte[] input) throws Exception {
        var manifest = ManifestReader.decode(input, OFFSET);
        assertThat(ManifestReader.decode(ManifestWriter.encode(manifest), OFFSET))
                .isEqualTo(manifest);
    }

    @Override
    public void checkRefusal(byte[] input, Exception refusal) {
        assertThat(((MalformedFormatException) refusal).byteOffset())
                .isBetween((long) OFFSET, (long) OFFSET + input.length);
    }
}
