package io.bascule.imagebuilder.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.erofs.format.SuperblockChecksum;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.erofs.read.ErofsTree;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An image that follows an earlier one differs from it where its tree does, and holds its tree. */
class PlacementHintsTest {
    private static final Compression ZSTD = new Compression.Zstd(1, new ByteCount(64 << 10));
    private static final Instant FIRST = Instant.ofEpochSecond(1_700_000_000);
    private static final int BLOCK = 4096;

    @TempDir
    private Path folder;

    private final List<FileBlockDevice> open = new ArrayList<>();
    private int made;

    /** An image and what was said about it. */
    private record Made(Path file, ErofsImage said) {
        Changes changes() {
            return said.changes().orElseThrow();
        }
    }

    private Made make(FileTree tree, Made... previous) throws IOException {
        return make(tree, ZSTD, 1, previous);
    }

    private Made make(FileTree tree, Compression compression, int threads, Made... previous) throws IOException {
        made++;
        var options = new ErofsOptions(
                UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"), "usr", FIRST, compression, threads);
        var output = folder.resolve("image-" + made + ".erofs");
        var images = new ArrayList<BlockDevice>();
        try {
            for (var image : previous) {
                var device = FileBlockDevice.openReadOnly(image.file());
                open.add(device);
                images.add(device);
            }
            return new Made(
                    output,
                    ErofsWriter.write(tree, options, images, ResultCache.none(), folder, output, ErofsProgress.NONE));
        } finally {
            for (var device : open) {
                device.close();
            }
            open.clear();
        }
    }

    private static void assertHolds(Made image, FileTree tree) throws Exception {
        try (var device = FileBlockDevice.openReadOnly(image.file())) {
            TreeDescription.assertSame(
                    TreeDescription.of(ErofsTree.read(ErofsReader.open(device)), FIRST),
                    TreeDescription.of(tree, FIRST));
        }
    }

    /** {@return the numbers of blocks that are not the same at the same place} */
    private static List<Integer> difference(Made one, Made other) throws IOException {
        var left = Files.readAllBytes(one.file());
        var right = Files.readAllBytes(other.file());
        var result = new ArrayList<Integer>();
        for (var at = 0; at < Math.max(left.length, right.length); at += BLOCK) {
            if (at >= left.length
                    || at >= right.length
                    || !ByteBuffer.wrap(left, at, BLOCK).equals(ByteBuffer.wrap(right, at, BLOCK))) {
                result.add(at / BLOCK);
            }
        }
        return result;
    }

    /** A product: a thousand files in some folders. */
    private static FileTree product() {
        var tree = FileTree.empty();
        for (var i = 0; i < 1000; i++) {
            tree.put("lib/" + i % 17 + "/file-" + i, SampleTrees.file(content(i, i), Map.of()));
        }
        return tree;
    }

    private static byte[] content(int size, long seed) {
        return size % 3 == 0 ? SampleTrees.noise(size * 5, seed) : SampleTrees.text(size * 100, seed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sameTreeGivesTheSameImage(boolean compressed) throws Exception {
        var compression = compressed ? ZSTD : new Compression.None();
        var first = make(SampleTrees.everything(), compression, 1);
        var second = make(SampleTrees.everything(), compression, 1, first);
        assertThat(difference(first, second)).isEmpty();
        assertThat(second.changes().changed()).isZero();
        assertThat(first.said().changes()).isEmpty();
    }

    @Test
    void changedFileChangesItsBlocksAndItsInode() throws Exception {
        var tree = product();
        var first = make(tree);
        tree.put("lib/3/file-343", SampleTrees.file(content(379, 99_999), Map.of()));
        var unhinted = make(tree);
        var hinted = make(tree, first);
        assertHolds(hinted, tree);
        var changed = difference(first, hinted);
        var contents = hinted.changes().contents();
        assertThat(contents).isPositive();
        // The blocks of the file, the block with its inode, that of its directory if the inode moved; no superblock, as
        // neither the time nor the size of the image has changed.
        assertThat((long) changed.size())
                .isLessThanOrEqualTo(contents + hinted.changes().freed() + 4);
        assertThat(hinted.changes().changed()).isEqualTo(changed.size());
        assertThat(hinted.changes().moved()).isZero();
        assertThat(difference(first, unhinted).size()).isGreaterThan(10 * changed.size());
    }

    @Test
    void fileThatGrowsKeepsItsUnchangedBeginning() throws Exception {
        var tree = FileTree.empty();
        var noise = SampleTrees.noise(4 << 20, 1);
        var text = SampleTrees.text(4 << 20, 2);
        System.arraycopy(text, 0, noise, 0, 2 << 20);
        tree.put("large", SampleTrees.file(noise, Map.of()));
        tree.put("behind", SampleTrees.file(SampleTrees.text(500_000, 3), Map.of()));
        var first = make(tree);
        var longer = Arrays.copyOf(noise, noise.length + 300_000);
        System.arraycopy(SampleTrees.noise(300_000, 4), 0, longer, noise.length, 300_000);
        tree.put("large", SampleTrees.file(longer, Map.of()));
        var hinted = make(tree, first);
        assertHolds(hinted, tree);
        assertThat(hinted.changes().contents()).isBetween(70L, 80L);
        // Its index is two kilobytes long and got longer.
        assertThat(hinted.changes().metadata()).isLessThan(8);
    }

    @Test
    void removedFilesLeaveRoomForNewOnes() throws Exception {
        var tree = product();
        var first = make(tree);
        for (var i = 0; i < 1000; i += 10) {
            tree.remove("lib/" + i % 17 + "/file-" + i);
            tree.put("lib/new/file-" + i, SampleTrees.file(content(i, 50_000 + i), Map.of()));
        }
        var hinted = make(tree, first);
        assertHolds(hinted, tree);
        assertThat(hinted.said().size().bytes()).isLessThan(first.said().size().bytes() * 102 / 100);
        assertThat(hinted.changes().moved()).isZero();
    }

    @Test
    void movedFilesKeepTheirBlocks() throws Exception {
        var tree = product();
        var first = make(tree);
        for (var i = 0; i < 1000; i++) {
            var path = "lib/" + i % 17 + "/file-" + i;
            var inode = tree.find(path).orElseThrow();
            tree.remove(path);
            tree.put("usr/" + i % 17 + "/other-" + i, inode);
        }
        var hinted = make(tree, first);
        assertHolds(hinted, tree);
        assertThat(hinted.changes().contents()).isZero();
        assertThat(hinted.changes().moved()).isZero();
    }

    @Test
    void whatComesBackGoesWhereAnEarlierImageHadIt() throws Exception {
        var tree = product();
        var first = make(tree);
        tree.put("lib/3/file-343", SampleTrees.file(content(343, 99_999), Map.of()));
        var second = make(tree, first);
        tree.put("lib/3/file-343", SampleTrees.file(content(343, 343), Map.of()));
        var third = make(tree, second, first);
        assertHolds(third, tree);
        assertThat(difference(first, third)).isEmpty();
    }

    @Test
    void threadsDoNotMatter() throws Exception {
        var tree = product();
        var first = make(tree);
        tree.put("lib/3/file-343", SampleTrees.file(content(343, 99_999), Map.of()));
        assertThat(difference(make(tree, ZSTD, 1, first), make(tree, ZSTD, 4, first)))
                .isEmpty();
    }

    /** A tree that changes at random for many releases: each image holds its tree, and shares most with the one before. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void longLineOfReleasesStaysSound(long seed) throws Exception {
        var random = new Random(seed);
        var tree = SampleTrees.random(seed);
        var last = make(tree);
        for (var release = 0; release < 8; release++) {
            var names = new ArrayList<>(tree.root().children());
            for (var i = 0; i < 6; i++) {
                var name = names.get(random.nextInt(names.size())).getKey();
                switch (random.nextInt(4)) {
                    case 0 ->
                        tree.root()
                                .put(
                                        name,
                                        SampleTrees.file(
                                                SampleTrees.text(random.nextInt(400_000), seed + i), Map.of()));
                    case 1 ->
                        tree.root()
                                .put(
                                        name,
                                        SampleTrees.file(
                                                SampleTrees.noise(random.nextInt(90_000), seed + i),
                                                Map.of("user.x", new byte[i * 20])));
                    case 2 -> tree.putLink("link-" + release + "-" + i, "l".repeat(1 + random.nextInt(4000)));
                    default -> {
                        for (var count = 0; count < 200; count++) {
                            tree.putFile("dir-" + release + "/with-a-longer-name-" + count, 0644, "x" + count);
                        }
                    }
                }
            }
            var next = make(tree, last);
            assertHolds(next, tree);
            assertThat(next.changes().changed())
                    .isEqualTo(difference(last, next).stream()
                            .filter(block -> block < next.said().size().bytes() / BLOCK)
                            .count());
            last = next;
        }
    }

    @Test
    void rootStaysAmongTheFirstInodes() throws Exception {
        var tree = FileTree.empty();
        tree.putFile("a", 0644, "a");
        var first = make(tree);
        for (var i = 0; i < 3000; i++) {
            tree.putFile("a-file-with-quite-a-long-name-" + i, 0644, "x".repeat(900));
        }
        var hinted = make(tree, first);
        assertHolds(hinted, tree);
    }

    /** Nothing reads the size of a pipe, and so nothing may count with it. */
    @Test
    void nonsenseOfAnInodeWithoutContentsDoesNoHarm() throws Exception {
        var tree = FileTree.empty();
        var attributes = new Attributes(0600, 70_000, 0, Collections.emptySortedMap());
        tree.put("pipe", new Inode.Special(attributes, Inode.Special.Kind.FIFO, 0, 0));
        var bytes = ByteBuffer.wrap(Files.readAllBytes(make(tree).file())).order(ByteOrder.LITTLE_ENDIAN);
        var device = new MemoryBlockDevice(bytes.capacity());
        device.write(0, bytes.duplicate());
        var reader = ErofsReader.open(device);
        var at = (int) reader.inode(reader.list(reader.root()).getFirst()).offset();
        bytes.putShort(at, (short) (ErofsFormat.LAYOUT_COMPRESSED_FULL << 1 | 1))
                .putLong(at + 8, 1L << 60);
        bytes.putInt(
                ErofsFormat.SUPERBLOCK_OFFSET + ErofsFormat.SB_CHECKSUM,
                SuperblockChecksum.of(
                        bytes.slice(ErofsFormat.SUPERBLOCK_OFFSET, SuperblockChecksum.coverage(ErofsFormat.BLOCK))));
        device.write(0, bytes.duplicate());
        var output = folder.resolve("after.erofs");
        var options = new ErofsOptions(new UUID(1, 2), "usr", FIRST, ZSTD, 1);
        var said = ErofsWriter.write(
                tree, options, List.of(device), ResultCache.none(), folder, output, ErofsProgress.NONE);
        assertHolds(new Made(output, said), tree);
    }

    @Test
    void damagedImageIsNoHint() throws Exception {
        var bytes = Files.readAllBytes(make(product()).file());
        bytes[1024 + 14] ^= 0x55;
        var device = new MemoryBlockDevice(bytes.length);
        device.write(0, ByteBuffer.wrap(bytes));
        var output = folder.resolve("out.erofs");
        var options = new ErofsOptions(UUID.randomUUID(), "usr", FIRST, ZSTD, 1);
        assertThatThrownBy(() -> ErofsWriter.write(
                        FileTree.empty(),
                        options,
                        List.of(device),
                        ResultCache.none(),
                        folder,
                        output,
                        ErofsProgress.NONE))
                .isInstanceOf(MalformedFormatException.class);
        assertThat(output).doesNotExist();
    }
}
