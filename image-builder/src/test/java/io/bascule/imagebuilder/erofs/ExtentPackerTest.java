package io.bascule.imagebuilder.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.bascule.partitionlayout.ByteCount;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMAOutputStream;

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
    @ParameterizedTest
    @CsvSource({
        "zstd, zstd-jni/1.5.7-28 libzstd/1.5.7 level=12 extent=131072 fill=1,"
                + " e04b4405277534fc8614a75ee4455e0216fa7639592c38c5d4ac6fb3ec507170",
        "lz4hc, lz4-java/1.13.0 hc-safe level=9 extent=131072 fill=1,"
                + " e6dfecbe1ac4fcb43ad257f48b4682ebcfc433ac0c5b7313b043ca07f2ae5c03",
        "lzma, xz-java/1.12 lzma level=6 extent=131072 fill=1,"
                + " bf314e768b8ed04e1ed9b5128106de21baacf9184b7c5adeca0437ca2134b770",
    })
    void encodersMakeTheBytesTheyAlwaysMade(String codec, String id, String digest) throws Exception {
        var extent = 128 << 10;
        var packed = ExtentPacker.pack(
                switch (codec) {
                    case "lz4hc" -> new ClusterCodec.Lz4Hc(9, extent);
                    case "lzma" -> new ClusterCodec.Lzma(6, extent);
                    default -> CODEC;
                },
                SampleTrees.text(1_000_000, 99));
        var compression = switch (codec) {
            case "lz4hc" -> new Compression.Lz4Hc(9, new ByteCount(extent));
            case "lzma" -> new Compression.Lzma(6, new ByteCount(extent));
            default -> new Compression.Zstd(12, new ByteCount(extent));
        };
        var made = MessageDigest.getInstance("SHA-256")
                .digest(Arrays.copyOf(packed.blocks().array(), packed.blocks().limit()));
        assertThat(compression.encoderId() + " " + HexFormat.of().formatHex(made))
                .isEqualTo(id + " " + digest);
    }

    /** The identifiers name versions of libraries, which must be those that are here. */
    @Test
    void versionsInIdentifiersAreThoseOfTheLibraries() {
        assertThat(jarOf(LZ4Factory.class)).contains("lz4-java-" + Compression.Lz4Hc.VERSION + ".jar");
        assertThat(jarOf(LZMAOutputStream.class)).contains("xz-" + Compression.Lzma.VERSION + ".jar");
    }

    private static String jarOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }
}
