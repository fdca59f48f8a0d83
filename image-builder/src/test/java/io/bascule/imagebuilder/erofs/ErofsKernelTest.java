package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.partitionlayout.ByteCount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel shows in a mounted image exactly what was in the tree. */
class ErofsKernelTest {
    private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);

    @TempDir
    private Path directory;

    static Stream<Compression> compressions() {
        return Stream.of(
                new Compression.None(),
                Compression.DEFAULT,
                new Compression.Zstd(3, new ByteCount(64 << 10)),
                new Compression.Zstd(1, new ByteCount(1 << 20)),
                new Compression.Lz4Hc(9, Compression.DEFAULT_EXTENT),
                new Compression.Lz4Hc(1, Compression.MAX_EXTENT),
                new Compression.Lzma(6, Compression.DEFAULT_EXTENT),
                new Compression.Lzma(0, Compression.MAX_EXTENT));
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void everyKindOfInodeIsReadBack(Compression compression) throws Exception {
        assertReadBack(SampleTrees.everything(), compression);
    }

    @Test
    void largeDirectoriesAreReadBack() throws Exception {
        assertReadBack(SampleTrees.manyNames(), Compression.DEFAULT);
    }

    /** More than 32 bits of size, and more blocks of it than fit into memory at once; takes a minute. */
    @Test
    @Tag("long")
    void filesBeyondFourGibibytesAreReadBack() throws Exception {
        var tree = FileTree.empty();
        tree.put("large", new Inode.RegularFile(Attributes.rootOwned(0644), new RepeatedContent((5L << 30) + 12_345)));
        assertReadBack(tree, new Compression.Zstd(1, new ByteCount(1 << 20)));
        assertReadBack(tree, new Compression.None());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void randomTreesAreReadBack(long seed) throws Exception {
        assertReadBack(SampleTrees.random(seed), new Compression.Zstd(5, new ByteCount(128 << 10)));
    }

    private void assertReadBack(FileTree tree, Compression compression) throws Exception {
        var oracle = KernelOracle.orSkip(Files.createTempDirectory(directory, "oracle"));
        var image = directory.resolve("image.erofs");
        Files.deleteIfExists(image);
        var options = new ErofsOptions(new UUID(1, 2), "test", TIME, compression, 2);
        ErofsWriter.write(tree, options, directory, image, ErofsProgress.NONE);
        TreeDescription.assertSame(oracle.describe(image), TreeDescription.of(tree, TIME));
    }
}
