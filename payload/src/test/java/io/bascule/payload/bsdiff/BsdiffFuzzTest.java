package io.bascule.payload.bsdiff;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** Patches of an old content that is known, whose streams are too short to be worth their tables. */
class BsdiffFuzzTest extends FuzzTests {
    private static final byte[] OLD =
            "An old content, and of it a new one is made. ".repeat(20).getBytes(StandardCharsets.US_ASCII);
    private static final int MOST = 1 << 20;

    @Override
    public String name() {
        return "bsdiff";
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        var writer = new BsdiffWriter(OLD);
        var changed = "A new content. ".repeat(3) + new String(OLD, 100, 300, StandardCharsets.US_ASCII);
        return Map.of(
                "same", writer.patch(OLD),
                "changed", writer.patch(changed.getBytes(StandardCharsets.US_ASCII)),
                "nothing", writer.patch(new byte[0]));
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes("BSDIFF40", "BSDF2", "BZh9", "1AY&SY", "\u0017rE8P\u0090");
    }

    @Override
    public int mutations() {
        return 400;
    }

    @Override
    public long allocationLimit(int inputSize) {
        // Three decoders of up to 4.5 MiB.
        return 64 << 20;
    }

    @Override
    public void read(byte[] input) throws IOException {
        try (var made = new BsdiffInputStream(input, new MemoryBlockDevice(OLD))) {
            var buffer = new byte[4096];
            var size = 0L;
            for (int count; size < MOST && (count = made.read(buffer)) >= 0; ) {
                size += count;
            }
            assertThat(size).isLessThanOrEqualTo(Math.max(made.size(), MOST + buffer.length));
        }
    }
}
