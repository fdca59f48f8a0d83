package io.bascule.payload.recompress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.util.ZstdVersion;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.payload.bsdiff.BsdiffWriter;
import io.bascule.signing.Sha256Digest;
import io.bascule.testsupport.Words;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecompressTest {
    private static final byte[] OLD = Words.of(1, 150_000);
    private static final byte[] NEW = changed();

    /** A word more near the start: everything behind it moves, and so do all clusters' bytes. */
    private static byte[] changed() {
        var file = new byte[OLD.length + 7];
        System.arraycopy(OLD, 0, file, 0, 1000);
        System.arraycopy(OLD, 1000, file, 1007, OLD.length - 1000);
        return file;
    }

    private static byte[] blob(byte[] old, byte[] content) throws IOException {
        var writer = new RecompressWriter(Cluster.ENCODER);
        writer.addSource(Cluster.cluster(old), Optional.of(old.length));
        writer.addTarget(Cluster.cluster(content), Optional.of(content.length));
        return writer.finish().orElseThrow();
    }

    private static byte[] made(byte[] blob, byte[] source) throws IOException {
        try (var in = new RecompressInputStream(blob, new MemoryBlockDevice(source))) {
            return in.readAllBytes();
        }
    }

    @Test
    void clustersAreMadeAgainFromAPatchOfWhatTheyHold() throws IOException {
        var blob = blob(OLD, NEW);
        assertThat(made(blob, Cluster.cluster(OLD))).isEqualTo(Cluster.cluster(NEW));
        assertThat(blob.length).isLessThan(400);
        assertThat(Cluster.cluster(NEW).length).isGreaterThan(20_000);
        assertThat(blob(OLD, NEW)).isEqualTo(blob);
    }

    @Test
    void whatIsNotCompressedOrNotByUsIsTakenAsItIs() throws IOException {
        var foreign = Zstd.compress(NEW, 3);
        var stored = Arrays.copyOf(foreign, Math.ceilDiv(foreign.length, 4096) * 4096);
        var writer = new RecompressWriter(Cluster.ENCODER);
        writer.addSource(OLD, Optional.empty());
        writer.addSource(Arrays.copyOf(OLD, 8192), Optional.of(70_000));
        writer.addTarget(stored, Optional.of(NEW.length));
        writer.addTarget(NEW, Optional.empty());
        writer.addTarget(new byte[4096], Optional.of(9));
        var source = new byte[OLD.length + 8192];
        System.arraycopy(OLD, 0, source, 0, OLD.length);
        System.arraycopy(OLD, 0, source, OLD.length, 8192);
        var expected = new byte[stored.length + NEW.length + 4096];
        System.arraycopy(stored, 0, expected, 0, stored.length);
        System.arraycopy(NEW, 0, expected, stored.length, NEW.length);
        assertThat(made(writer.finish().orElseThrow(), source)).isEqualTo(expected);
    }

    /** As initrds are padded. */
    @Test
    void zerosBehindAFrameStay() throws IOException {
        var frame = Cluster.frame(NEW);
        var stored = Arrays.copyOf(frame, Math.ceilDiv(frame.length, 4096) * 4096);
        var writer = new RecompressWriter(Cluster.ENCODER);
        writer.addSource(Cluster.cluster(OLD), Optional.of(OLD.length));
        writer.addTarget(stored, Optional.of(NEW.length));
        var blob = writer.finish().orElseThrow();
        assertThat(blob.length).isLessThan(500);
        assertThat(made(blob, Cluster.cluster(OLD))).isEqualTo(stored);
    }

    @Test
    void whatIsTooMuchIsLeftToOthers() throws IOException {
        var writer = new RecompressWriter(Cluster.ENCODER);
        writer.addSource(new byte[RecompressWriter.MAX_SOURCE], Optional.empty());
        writer.addSource(new byte[4096], Optional.empty());
        writer.addTarget(new byte[4096], Optional.empty());
        assertThat(writer.finish()).isEmpty();
    }

    /**
     * Hosts with this number make these bytes, today and in years: a library that makes others needs another number, and
     * this test a second line.
     */
    @Test
    void theLibraryMakesTheBytesThatItsNumberStandsFor() {
        assertThat(ZstdVersion.VERSION).startsWith("1.5.7-");
        assertThat(FrameEncoder.isCarried(1)).isTrue();
        assertThat(FrameEncoder.isCarried(2)).isFalse();
        assertThat(Sha256Digest.ofContent(Cluster.frame(NEW)))
                .hasToString("61bdeb949e11e8c88d1b6420a792b48519b843cfd9340017b4b464706b9abc85");
        var target = new byte[FrameEncoder.bound(NEW.length)];
        var length = new FrameEncoder(18, 23).encode(NEW, 0, NEW.length, target);
        assertThat(Sha256Digest.ofContent(Arrays.copyOf(target, length)))
                .hasToString("16928ae4a9482aa071157e77ad9fd096dad10f7413487aebeefe712ff18f674a");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 8, 9, 10, 11, 12, 13, 14, 20, 40, 50, 60, 80})
    void aCutBlobIsRefused(int length) throws IOException {
        var blob = Arrays.copyOf(blob(OLD, NEW), length);
        assertThatThrownBy(() -> made(blob, Cluster.cluster(OLD))).isInstanceOf(MalformedFormatException.class);
    }

    @Test
    void noTurnedBitMakesOtherBlocks() throws IOException {
        var old = Arrays.copyOf(OLD, 20_000);
        var content = Arrays.copyOf(NEW, 20_007);
        var blob = blob(old, content);
        var source = Cluster.cluster(old);
        var expected = Cluster.cluster(content);
        for (var bit = 0; bit < 8 * blob.length; bit++) {
            var changed = blob.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            try {
                // Nothing depends on some: a window larger than the content, the padding behind a stream of bzip2.
                assertThat(made(changed, source)).as("bit %d", bit).isEqualTo(expected);
            } catch (MalformedFormatException e) {
                // As it should be.
            }
        }
    }

    private static void assertRefused(RecompressBlob blob, String problem) {
        assertThatThrownBy(() -> made(blob.encode(), Cluster.cluster(OLD)))
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void whatDoesNotFitIsRefusedByName() throws IOException {
        var good = RecompressBlob.decode(blob(OLD, NEW));
        var frame = (Piece.Frame) good.target().getFirst();
        assertRefused(
                new RecompressBlob(
                        good.encoder(), List.of(new Piece.Plain(4096)), good.target(), good.hash(), good.patch()),
                "source at offset 0 (0x0): its pieces take 4096 bytes, the old blocks have");
        var old = (Piece.Frame) good.source().getFirst();
        assertRefused(
                new RecompressBlob(
                        good.encoder(),
                        List.of(new Piece.Frame(old.padding(), old.length(), old.content() - 1)),
                        good.target(),
                        good.hash(),
                        good.patch()),
                "no frame of 149999 bytes at byte 0");
        assertRefused(
                new RecompressBlob(
                        good.encoder(),
                        good.source(),
                        List.of(new Piece.Frame(frame.padding() - 1, frame.length() + 1, frame.content())),
                        good.hash(),
                        good.patch()),
                "compressed again, a piece has " + frame.length() + " bytes in place of " + (frame.length() + 1));
        assertRefused(
                new RecompressBlob(new FrameEncoder(3, 17), good.source(), good.target(), good.hash(), good.patch()),
                "compressed again, a piece has ");
        var nothing = Sha256Digest.ofContent(new byte[0]);
        assertRefused(
                new RecompressBlob(good.encoder(), good.source(), good.target(), nothing, good.patch()),
                "the new blocks have SHA-256 " + good.hash() + ", not " + nothing);
        var writer = new BsdiffWriter(OLD);
        assertRefused(
                new RecompressBlob(good.encoder(), good.source(), good.target(), good.hash(), writer.patch(OLD)),
                "it makes less than the new pieces hold");
        assertRefused(
                new RecompressBlob(
                        good.encoder(),
                        good.source(),
                        good.target(),
                        good.hash(),
                        writer.patch(Arrays.copyOf(NEW, NEW.length + 1))),
                "it makes more than the new pieces hold");
        var tooMuch = Collections.nCopies(3, (Piece) new Piece.Frame(0, 100, 8 << 20));
        assertRefused(
                new RecompressBlob(good.encoder(), tooMuch, good.target(), good.hash(), good.patch()),
                "its pieces hold more than 16777216 bytes");
    }

    @Test
    void aCompressorThatIsNotHereIsNamed() throws IOException {
        var blob = blob(OLD, NEW);
        blob[8] = 2;
        assertThatThrownBy(() -> made(blob, Cluster.cluster(OLD)))
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining("compressor 2 is not one that there is here");
    }
}
