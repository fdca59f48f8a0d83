package io.bascule.imagebuilder.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class DecompressorTest {
    private static final byte[] TEXT = "what is in a file, some of it more than once, more than once. "
            .repeat(500)
            .getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    @FunctionalInterface
    private interface Encoder {
        OutputStream open(OutputStream out) throws IOException;
    }

    private static byte[] encode(byte[] bytes, Encoder encoder) {
        var out = new ByteArrayOutputStream();
        try (var encoding = encoder.open(out)) {
            encoding.write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    static byte[] gzip(byte[] bytes) {
        return encode(bytes, GZIPOutputStream::new);
    }

    static byte[] xz(byte[] bytes) {
        return encode(bytes, out -> new XZOutputStream(out, new LZMA2Options(0)));
    }

    static Stream<Named<byte[]>> kinds() {
        return Stream.of(
                Named.of("gzip", gzip(TEXT)),
                Named.of("bzip2", encode(TEXT, BZip2CompressorOutputStream::new)),
                Named.of("xz", xz(TEXT)),
                Named.of("zstd", Zstd.compress(TEXT)),
                Named.of("lz4", encode(TEXT, FramedLZ4CompressorOutputStream::new)));
    }

    private static UnpackBudget budget() {
        return UnpackBudget.forSlot(ByteCount.ofMiB(1));
    }

    private static byte[] read(byte[] file) throws IOException {
        try (var in = Decompressor.open(new ByteArrayInputStream(file), budget())) {
            return in.readAllBytes();
        }
    }

    private static byte[] twice(byte[] bytes) {
        var both = Arrays.copyOf(bytes, 2 * bytes.length);
        System.arraycopy(bytes, 0, both, bytes.length, bytes.length);
        return both;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void readsEveryKindWhateverTheFileIsCalled(byte[] file) throws Exception {
        assertThat(read(file)).isEqualTo(TEXT);
        assertThat(read(twice(file))).as("two files one behind the other").isEqualTo(twice(TEXT));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void refusesAFileThatIsCutShort(byte[] file) {
        for (var length : new int[] {file.length - 1, file.length / 2, 6}) {
            assertThatThrownBy(() -> read(Arrays.copyOf(file, length)))
                    .as("cut at %d", length)
                    .isInstanceOf(MalformedFormatException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void endsWellOrInTheOneExceptionWhereverAByteIsChanged(byte[] file) {
        for (var at = 0; at < file.length; at++) {
            var changed = file.clone();
            changed[at] ^= (byte) (0x40 >> at % 7);
            try {
                read(changed);
            } catch (IOException e) {
                assertThat(e).as("changed at %d", at).isInstanceOf(MalformedFormatException.class);
            }
        }
    }

    @Test
    void givesWhatIsNotCompressedAsItIs() throws Exception {
        for (var file : new byte[][] {TEXT, {}, {0x1F}, {'B', 'Z'}}) {
            assertThat(read(file)).isEqualTo(file);
        }
    }

    @Test
    void stopsAtAnAbsurdRatio() {
        var bomb = Zstd.compress(new byte[300 << 20], 1);
        assertThat(bomb.length).isLessThan(200_000);
        assertThatThrownBy(() -> Decompressor.open(new ByteArrayInputStream(bomb), budget())
                        .drain())
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining("more than 1000 times its size");
    }

    @Test
    void stopsWhenTheSourcesUnpackToMoreThanAllSlotsCouldHold() throws Exception {
        var budget = new UnpackBudget(10, new ByteCount(TEXT.length + 100));
        Decompressor.open(new ByteArrayInputStream(gzip(TEXT)), budget).drain();
        assertThatThrownBy(() -> Decompressor.open(new ByteArrayInputStream(gzip(TEXT)), budget)
                        .drain())
                .as("together they are too much")
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining("sizes.usr");
    }

    @Test
    void passesOnWhatTheDiskSays() {
        var packed = gzip(TEXT);
        var half = new ByteArrayInputStream(packed, 0, packed.length / 2);
        var broken = new SequenceInputStream(half, new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Input/output error");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        });
        assertThatThrownBy(() -> Decompressor.open(broken, budget()).drain())
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Input/output error");
    }

    @Test
    void limitsTheEntriesOfAllArchivesTogether() {
        var budget = new UnpackBudget(3, ByteCount.ofMiB(1));
        var archive = new TarBuilder().directory("a", 0755).directory("b", 0755).end();
        assertThatThrownBy(() -> {
                    try (var spool = Spool.in(folder)) {
                        for (var i = 0; i < 2; i++) {
                            var in = new ByteArrayInputStream(archive);
                            TarReader.read(in, spool, EntrySink.onto(FileTree.empty()), budget, count -> {});
                        }
                    }
                })
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining("more than 3 entries");
    }
}
