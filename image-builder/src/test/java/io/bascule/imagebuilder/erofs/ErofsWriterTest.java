package io.bascule.imagebuilder.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.partitionlayout.ByteCount;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErofsWriterTest {
    private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

    @TempDir
    private Path directory;

    private Path spool = Path.of("");

    @BeforeEach
    void makeSpoolDirectory() throws IOException {
        spool = Files.createDirectory(directory.resolve("spool"));
    }

    private static ErofsOptions options(Compression compression, int threads) {
        return new ErofsOptions(ID, "usr_1.2", Instant.ofEpochSecond(1_700_000_000), compression, threads);
    }

    private byte[] image(FileTree tree, ErofsOptions options) throws IOException {
        var output = directory.resolve("image.erofs");
        var written = ErofsWriter.write(tree, options, spool, output, ErofsProgress.NONE);
        var bytes = Files.readAllBytes(output);
        assertThat(written.size()).isEqualTo(new ByteCount(bytes.length));
        assertThat(spool).isEmptyDirectory();
        Files.delete(output);
        return bytes;
    }

    @Test
    void bytesDependNeitherOnThreadsNorOnTheOrderInWhichTheTreeWasMade() throws IOException {
        var first = image(SampleTrees.everything(), options(Compression.DEFAULT, 1));
        assertThat(image(SampleTrees.everything(), options(Compression.DEFAULT, 4)))
                .isEqualTo(first);

        var shuffled = new Inode.Directory(Attributes.rootOwned(0755));
        copyShuffled(SampleTrees.everything().root(), shuffled, new Random(1));
        assertThat(image(new FileTree(shuffled), options(Compression.DEFAULT, 3)))
                .isEqualTo(first);
    }

    private static void copyShuffled(Inode.Directory from, Inode.Directory to, Random random) {
        var children = new ArrayList<>(from.children());
        Collections.shuffle(children, random);
        for (var child : children) {
            if (child.getValue() instanceof Inode.Directory below) {
                var copy = new Inode.Directory(below.attributes());
                to.put(child.getKey(), copy);
                copyShuffled(below, copy, random);
            } else {
                to.put(child.getKey(), child.getValue());
            }
        }
    }

    @Test
    void superblockSaysWhatTheFormatWants() throws IOException {
        var tree = FileTree.empty();
        tree.put("file", SampleTrees.file(SampleTrees.text(100_000, 1), Map.of()));
        var bytes = image(tree, options(Compression.DEFAULT, 1));
        var image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(image.getInt(1024)).as("magic").isEqualTo(0xE0F5E1E2);
        assertThat(image.getInt(1024 + 4)).as("checksum").isEqualTo(crc32c(bytes));
        assertThat(image.getInt(1024 + 8)).as("feature_compat").isEqualTo(3);
        assertThat(image.get(1024 + 12)).as("blkszbits").isEqualTo((byte) 12);
        assertThat(image.getShort(1024 + 14)).as("root_nid").isEqualTo((short) 37);
        assertThat(image.getLong(1024 + 16)).as("inos").isEqualTo(2);
        assertThat(image.getLong(1024 + 24)).as("build_time").isEqualTo(1_700_000_000);
        assertThat(image.getInt(1024 + 36)).as("blocks").isEqualTo(bytes.length / 4096);
        assertThat(image.getInt(1024 + 44)).as("xattr_blkaddr").isZero();
        assertThat(image.slice(1024 + 48, 4).getInt()).as("uuid").isEqualTo(0x00112233);
        assertThat(new String(bytes, 1024 + 64, 8, StandardCharsets.US_ASCII))
                .as("volume_name")
                .isEqualTo("usr_1.2\0");
        assertThat(image.getInt(1024 + 80)).as("feature_incompat").isEqualTo(3);
        assertThat(image.getShort(1024 + 84)).as("available_compr_algs").isEqualTo((short) 8);
        assertThat(image.getShort(1152)).as("size of the zstd record").isEqualTo((short) 6);
        assertThat(image.get(1155)).as("windowlog - 10: 512 KiB").isEqualTo((byte) 9);
    }

    /** Bit by bit, after the polynomial: independent of the library that the writer uses. */
    private static int crc32c(byte[] image) {
        var crc = 0xFFFF_FFFF;
        for (var i = 1024; i < 4096; i++) {
            crc ^= i >= 1028 && i < 1032 ? 0 : Byte.toUnsignedInt(image[i]);
            for (var bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82F63B78);
            }
        }
        return crc;
    }

    @Test
    void imageWithoutCompressedFilesNeedsNoFeatures() throws IOException {
        var tree = FileTree.empty();
        tree.put("file", SampleTrees.file(SampleTrees.noise(100_000, 1), Map.of()));
        var bytes =
                ByteBuffer.wrap(image(tree, options(Compression.DEFAULT, 1))).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getInt(1024 + 80)).as("feature_incompat").isZero();
        assertThat(bytes.getShort(1024 + 84)).as("available_compr_algs").isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void identicalFilesTakeTheirBlocksOnce(boolean compressible) throws IOException {
        var one = FileTree.empty();
        var many = FileTree.empty();
        var content = compressible ? SampleTrees.text(900_000, 1) : SampleTrees.noise(900_000, 1);
        one.put("0", SampleTrees.file(content, Map.of()));
        for (var i = 0; i < 10; i++) {
            many.put("" + i, SampleTrees.file(content.clone(), Map.of()));
        }
        var grown = image(many, options(Compression.DEFAULT, 2)).length
                - image(one, options(Compression.DEFAULT, 2)).length;
        assertThat(grown).isLessThan(10 * 4096);
    }

    @Test
    void progressGoesUpToAllContents() throws IOException {
        for (var compression : List.of(Compression.DEFAULT, new Compression.None())) {
            var seen = new ArrayList<Long>();
            var totals = new ArrayList<Long>();
            var output = directory.resolve(compression.getClass().getSimpleName());
            ErofsWriter.write(SampleTrees.everything(), options(compression, 2), spool, output, (done, total) -> {
                seen.add(done);
                totals.add(total);
            });
            assertThat(seen).isSorted();
            assertThat(totals).containsOnly(seen.getLast());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void contentOfAnotherSizeThanItSaysFailsAndLeavesNothing(int difference) {
        for (var size : List.of(10, 10_000, 5_000_000)) {
            var tree = FileTree.empty();
            tree.put("usr/liar", new Inode.RegularFile(Attributes.rootOwned(0644), new Content() {
                @Override
                public long size() {
                    return size;
                }

                @Override
                public InputStream open() {
                    return new ByteArrayInputStream(new byte[size + difference]);
                }
            }));
            var output = directory.resolve("image.erofs");
            assertThatIOException()
                    .isThrownBy(() ->
                            ErofsWriter.write(tree, options(Compression.DEFAULT, 2), spool, output, ErofsProgress.NONE))
                    .withMessageContaining("/usr/liar")
                    .withMessageContaining(String.valueOf(size));
            assertThat(output).doesNotExist();
            assertThat(spool).isEmptyDirectory();
        }
    }

    @Test
    void keepsAnExistingFile() throws IOException {
        var output = Files.writeString(directory.resolve("there"), "precious");
        assertThatIOException()
                .isThrownBy(() -> ErofsWriter.write(
                        FileTree.empty(), options(Compression.DEFAULT, 1), spool, output, ErofsProgress.NONE))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(output).hasContent("precious");
    }

    @Test
    void refusesWhatNoFileSystemCanHold() {
        var twice = new Inode.Directory(Attributes.rootOwned(0755));
        var bad = Map.of(
                "two", tree("one", twice, "b", twice),
                "'..'", tree("..", SampleTrees.file(new byte[0], Map.of())),
                "zero byte", tree("a\0b", SampleTrees.file(new byte[0], Map.of())),
                "system.other", tree("x", SampleTrees.file(new byte[0], Map.of("system.other", new byte[0]))),
                "user.", tree("x", SampleTrees.file(new byte[0], Map.of("user.", new byte[0]))),
                "65535", tree("x", SampleTrees.file(new byte[0], Map.of("user.x", new byte[65536]))));
        bad.forEach((message, tree) -> assertThatIllegalArgumentException()
                .isThrownBy(() -> image(tree, options(Compression.DEFAULT, 1)))
                .withMessageContaining(message)
                .withMessageContaining("/dir"));
    }

    private static FileTree tree(Object... namesAndInodes) {
        var tree = FileTree.empty();
        for (var i = 0; i < namesAndInodes.length; i += 2) {
            tree.directory("dir").put(Name.of((String) namesAndInodes[i]), (Inode) namesAndInodes[i + 1]);
        }
        return tree;
    }
}
