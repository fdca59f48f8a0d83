package io.bascule.imagebuilder.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.erofs.read.ErofsExtent;
import io.bascule.imagebuilder.erofs.read.ErofsFileType;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.erofs.read.ErofsTree;
import io.bascule.imagebuilder.erofs.read.ErofsWalk;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the writer writes, the reader reads: every kind of inode, in every form that the writer has. */
class ErofsReaderTest {
    private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);
    private static final Compression FAST = new Compression.Zstd(1, new ByteCount(64 << 10));

    @TempDir
    private Path directory;

    static Stream<Compression> compressions() {
        return Stream.of(
                new Compression.None(),
                Compression.DEFAULT,
                new Compression.Zstd(1, new ByteCount(1 << 20)),
                new Compression.Lz4Hc(1, Compression.MIN_EXTENT),
                new Compression.Lz4Hc(9, Compression.MAX_EXTENT),
                new Compression.Lzma(0, Compression.MIN_EXTENT),
                new Compression.Lzma(3, Compression.MAX_EXTENT));
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void everyKindOfInodeIsReadBack(Compression compression) throws Exception {
        assertReadBack(SampleTrees.everything(), compression);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void randomTreesAreReadBack(long seed) throws Exception {
        assertReadBack(SampleTrees.random(seed), FAST);
    }

    @Test
    void aLargeDirectoryIsReadBack() throws Exception {
        assertReadBack(SampleTrees.manyNames(), FAST);
    }

    /** More than 32 bits of size, in an image of one extent a mebibyte. */
    @Test
    @Tag("long")
    void aFileOfZerosBeyondFourGibibytesIsReadBack() throws Exception {
        var size = (1L << 32) + 12_345;
        var tree = FileTree.empty();
        tree.put("sparse", new Inode.RegularFile(Attributes.rootOwned(0644), new Zeros(size)));
        var image = write(tree, new Compression.Zstd(1, Compression.MAX_EXTENT));
        assertThat(Files.size(image)).isLessThan(32 << 20);
        try (var device = FileBlockDevice.openReadOnly(image)) {
            var reader = ErofsReader.open(device);
            var inode = reader.inode(reader.list(reader.root()).getFirst());
            assertThat(inode.size()).isEqualTo(size);
            assertThat(reader.extents(inode)).hasSize(4097).last().returns(size, ErofsExtent::end);
            try (var in = reader.open(inode)) {
                in.skipNBytes(1L << 32);
                assertThat(in.readAllBytes()).isEqualTo(new byte[12_345]);
            }
        }
    }

    /** Zeros that take no room. */
    private record Zeros(long size) implements Content {
        @Override
        public InputStream open() {
            return new InputStream() {
                private long rest = size;

                @Override
                public int read() {
                    return rest-- > 0 ? 0 : -1;
                }

                @Override
                public int read(byte[] target, int offset, int length) {
                    if (rest <= 0 && length > 0) {
                        return -1;
                    }
                    var count = (int) Math.min(length, rest);
                    Arrays.fill(target, offset, offset + count, (byte) 0);
                    rest -= count;
                    return count;
                }
            };
        }
    }

    private void assertReadBack(FileTree tree, Compression compression) throws Exception {
        try (var device = FileBlockDevice.openReadOnly(write(tree, compression))) {
            var reader = ErofsReader.open(device);
            TreeDescription.assertSame(
                    TreeDescription.of(ErofsTree.read(reader), TIME), TreeDescription.of(tree, TIME));
            assertThat(reader.superblock().uuid()).isEqualTo(new UUID(1, 2));
            assertThat(reader.superblock().volumeName()).isEqualTo("test");
            assertThat(reader.superblock().buildTime()).isEqualTo(TIME);
            assertThat(reader.superblock().size()).isEqualTo(device.size());
            ErofsWalk.below(reader, reader.root(), (path, inode) -> {
                assertThat(inode.modified()).isEqualTo(TIME);
                return true;
            });
        }
    }

    private Path write(FileTree tree, Compression compression) throws Exception {
        var image = directory.resolve("image.erofs");
        var options = new ErofsOptions(new UUID(1, 2), "test", TIME, compression, 2);
        ErofsWriter.write(tree, options, directory, image, ErofsProgress.NONE);
        return image;
    }

    @Test
    void whatLiesBehindTheImageIsNotRead() throws Exception {
        var tree = FileTree.empty();
        tree.putFile("file", 0644, "text");
        var image = Files.readAllBytes(write(tree, FAST));
        var larger = Arrays.copyOf(image, image.length + 5000);
        var reader = ErofsReader.open(new MemoryBlockDevice(larger));
        assertThat(reader.superblock().size().bytes()).isEqualTo(image.length);
        assertThat(reader.content(reader.inode(reader.list(reader.root()).getFirst()))
                        .readAll())
                .asString()
                .isEqualTo("text");
    }

    @Test
    void filesWithTheSameBytesHaveTheSameExtents() throws Exception {
        var image = write(SampleTrees.everything(), Compression.DEFAULT);
        try (var device = FileBlockDevice.openReadOnly(image)) {
            var reader = ErofsReader.open(device);
            var seen = new HashMap<String, List<Long>>();
            ErofsWalk.below(reader, reader.root(), (path, inode) -> {
                var name = path.getLast().name().toString();
                if (inode.type() == ErofsFileType.REGULAR && name.startsWith("same-")) {
                    seen.put(
                            name,
                            reader.extents(inode).stream()
                                    .map(ErofsExtent::address)
                                    .toList());
                }
                return true;
            });
            assertThat(seen).hasSize(2);
            assertThat(seen.get("same-1")).isNotEmpty().isEqualTo(seen.get("same-2"));
        }
    }

    @Test
    void aWalkGoesIntoNoDirectoryThatIsRefused() throws Exception {
        var tree = FileTree.empty();
        tree.putFile("a/b/c", 0644, "");
        tree.putFile("d", 0644, "");
        try (var device = FileBlockDevice.openReadOnly(write(tree, FAST))) {
            var reader = ErofsReader.open(device);
            var seen = new ArrayList<String>();
            ErofsWalk.below(reader, reader.root(), (path, inode) -> {
                seen.add(String.join(
                        "/", path.stream().map(entry -> entry.name().toString()).toList()));
                return !path.getLast().name().toString().equals("b");
            });
            assertThat(seen).containsExactly("a", "a/b", "d");
        }
    }

    @Test
    void otherFilesAreNoImages() throws Exception {
        assertThat(ErofsReader.recognizes(new MemoryBlockDevice(100))).isFalse();
        assertThat(ErofsReader.recognizes(new MemoryBlockDevice(8192))).isFalse();
        assertThatThrownBy(() -> ErofsReader.open(new MemoryBlockDevice(8192)))
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining("magic at offset 1024");
        assertThatThrownBy(() -> ErofsReader.open(new MemoryBlockDevice(100)))
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining("only 100 bytes");
    }
}
