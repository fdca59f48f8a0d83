package io.bascule.payload.recompress;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import io.bascule.testsupport.Words;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Blobs for an old content of two clusters that is known. */
class RecompressFuzzTest extends FuzzTests {
    private static final byte[] OLD = Words.of(1, 3000);
    private static final byte[] SOURCE = Arrays.copyOf(Cluster.cluster(OLD), 8192);

    @Override
    public String name() {
        return "recompress";
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        var changed = OLD.clone();
        changed[1000]++;
        var plain = new RecompressWriter(Cluster.ENCODER);
        plain.addSource(SOURCE, Optional.empty());
        plain.addTarget(changed, Optional.empty());
        return Map.of(
                "frame",
                blob(changed),
                "longer",
                blob(Words.of(1, 3100)),
                "plain",
                plain.finish().orElseThrow());
    }

    private static byte[] blob(byte[] content) throws IOException {
        var writer = new RecompressWriter(Cluster.ENCODER);
        writer.addSource(Arrays.copyOf(SOURCE, 4096), Optional.of(OLD.length));
        writer.addSource(new byte[4096], Optional.empty());
        writer.addTarget(Cluster.cluster(content), Optional.of(content.length));
        return writer.finish().orElseThrow();
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes("BSCREC01", "\1\f\21", "BSDIFF40", "BZh9", "1AY&SY", "\u0017rE8P\u0090");
    }

    @Override
    public int mutations() {
        return 1500;
    }

    @Override
    public long allocationLimit(int inputSize) {
        // What old and new pieces hold, and three decoders of up to 4.5 MiB.
        return 128L << 20;
    }

    @Override
    public void read(byte[] input) throws IOException {
        try (var made = new RecompressInputStream(input, new MemoryBlockDevice(SOURCE))) {
            var buffer = new byte[4096];
            for (int count; (count = made.read(buffer)) >= 0; ) {
                assertThat(count).isPositive();
            }
        }
    }
}
