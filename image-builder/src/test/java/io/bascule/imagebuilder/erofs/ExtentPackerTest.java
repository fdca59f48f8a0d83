package io.bascule.imagebuilder.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtentPackerTest {
    private static final ClusterCodec.Zstd CODEC = new ClusterCodec.Zstd(12, 128 << 10);

    @ParameterizedTest
    @ValueSource(ints = {4097, 100_000, 131_072, 131_073, 163_840, 163_841, 1_000_000, 2_097_152})
    void extentsGiveTheSegmentBack(int size) {
        var segment = SampleTrees.text(size, size);
        var packed = ExtentPacker.pack(CODEC, segment);
        var restored = new byte[size];
        var at = 0;
        var block = 0;
        for (var extent : packed.extents()) {
            assertThat(extent.compressed()).isTrue();
            assertThat(extent.blocks() * 4096).isLessThan(extent.length());
            assertThat(extent.length()).isLessThanOrEqualTo(CODEC.maxExtent());
            var end = (block + extent.blocks()) * 4096;
            var start = block * 4096;
            while (packed.blocks().get(start) == 0) {
                start++;
            }
            assertThat(start - block * 4096).as("padding").isLessThan(4096);
            var frame = new byte[end - start];
            packed.blocks().get(start, frame);
            assertThat(frame[4] & 0x20).as("single segment").isNotZero();
            assertThat(frame[4] & 0x07).as("neither checksum nor dictionary").isZero();
            assertThat(Zstd.getFrameContentSize(frame)).isEqualTo(extent.length());
            var content = Zstd.decompress(frame, extent.length());
            System.arraycopy(content, 0, restored, at, content.length);
            at += extent.length();
            block += extent.blocks();
            assertThat(at == size || at % 4096 == 0).isTrue();
        }
        assertThat(restored).isEqualTo(segment);
        assertThat(packed.blocks().remaining()).isEqualTo(block * 4096);
    }

    @Test
    void noiseIsStoredAsItIs() {
        var segment = SampleTrees.noise(300_000, 1);
        var packed = ExtentPacker.pack(CODEC, segment);
        assertThat(packed.extents()).noneMatch(Extent::compressed);
        var stored = new byte[segment.length];
        packed.blocks().get(0, stored);
        assertThat(stored).isEqualTo(segment);
    }

    /** Deltas live on this: a changed byte must not move the boundaries of extents before it. */
    @Test
    void changeAtTheEndLeavesEarlierExtentsAlone() {
        var segment = SampleTrees.text(2 << 20, 1);
        var before = ExtentPacker.pack(CODEC, segment);
        segment[segment.length - 1] ^= 1;
        var after = ExtentPacker.pack(CODEC, segment);
        var untouched = before.extents().size() - 2;
        assertThat(after.extents().subList(0, untouched))
                .isEqualTo(before.extents().subList(0, untouched));
        var blocks = before.extents().stream()
                .limit(untouched)
                .mapToInt(Extent::blocks)
                .sum();
        assertThat(after.blocks().slice(0, blocks * 4096))
                .isEqualTo(before.blocks().slice(0, blocks * 4096));
    }

    /**
     * The encoder is frozen: images and deltas name it by its identifier. If this fails, the encoder makes other bytes
     * than before, and its identifier must differ too; then this digest may change.
     */
    @Test
    void encoderMakesTheBytesItAlwaysMade() throws Exception {
        var packed = ExtentPacker.pack(CODEC, SampleTrees.text(1_000_000, 99));
        var digest = MessageDigest.getInstance("SHA-256")
                .digest(Arrays.copyOf(packed.blocks().array(), packed.blocks().limit()));
        assertThat(Compression.DEFAULT.encoderId() + " " + HexFormat.of().formatHex(digest))
                .isEqualTo("zstd-jni/1.5.7-28 libzstd/1.5.7 level=12 extent=131072 fill=1"
                        + " e04b4405277534fc8614a75ee4455e0216fa7639592c38c5d4ac6fb3ec507170");
    }
}
