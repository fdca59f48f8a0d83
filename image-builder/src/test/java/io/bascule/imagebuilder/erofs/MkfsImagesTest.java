package io.bascule.imagebuilder.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.erofs.read.ErofsExtent;
import io.bascule.imagebuilder.erofs.read.ErofsFileType;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.erofs.read.ErofsTree;
import io.bascule.imagebuilder.erofs.read.ErofsWalk;
import io.bascule.partitionlayout.MemoryBlockDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tukaani.xz.XZInputStream;

/** The reader finds in images of mkfs.erofs what the file system that they were made of had. */
class MkfsImagesTest {
    private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);

    /** @param has what must be among the storages and layouts of the image, else it does not show what it is for */
    @ParameterizedTest
    @CsvSource({
        "flat, FLAT/0 FLAT/2 INLINE/2",
        "chunks, FLAT/4 HOLE/4",
        "lz4, LZ4/3 PLAIN/3",
        "lz4-legacy, LZ4/1 PLAIN/1",
        "lzma, LZMA/3",
        "zstd, ZSTD/3",
        "deflate, DEFLATE/3",
        "small-blocks, LZ4/3",
        "lz4hc-tail, LZ4/3",
        "lz4-fragments, FRAGMENT/1 FRAGMENT/3 LZ4/1",
        "zstd-all-fragments, FRAGMENT/1 ZSTD/3",
        "lz4hc-dedupe, LZ4*/1 LZ4/3",
        "zstd-dedupe, ZSTD*/1 PLAIN/3",
        "lzma-dedupe, LZMA*/1 FRAGMENT/1 LZMA/3",
    })
    void everyLayoutIsRead(String image, String has) throws Exception {
        var reader = ErofsReader.open(new MemoryBlockDevice(resource(image + ".erofs")));
        var expected = new String(resource("tree.txt"), StandardCharsets.US_ASCII);
        TreeDescription.assertSame(
                TreeDescription.of(ErofsTree.read(reader), TIME),
                expected.lines().toList());
        assertThat(storages(reader)).contains(has.split(" "));
    }

    private static Set<String> storages(ErofsReader reader) throws IOException {
        var found = new TreeSet<String>();
        ErofsWalk.below(reader, reader.root(), (path, inode) -> {
            if (inode.type() == ErofsFileType.REGULAR) {
                var end = 0L;
                for (var extent : reader.extents(inode)) {
                    assertThat(extent.fileOffset()).isEqualTo(end);
                    if (extent.storage() != ErofsExtent.Storage.FRAGMENT) {
                        assertThat(extent.address() + extent.storedLength())
                                .isLessThanOrEqualTo(reader.superblock().size().bytes());
                    }
                    end = extent.end();
                    found.add(extent.storage() + (extent.partial() ? "*" : "") + "/" + inode.layout());
                }
                assertThat(end).isEqualTo(inode.size());
            }
            return true;
        });
        return found;
    }

    /** Skipping goes the same way as reading, whole extents at a time. */
    @ParameterizedTest
    @CsvSource({"flat", "chunks", "lz4", "lzma-dedupe", "zstd-all-fragments"})
    void aFileCanBeReadFromAnywhere(String image) throws Exception {
        var reader = ErofsReader.open(new MemoryBlockDevice(resource(image + ".erofs")));
        for (var entry : reader.list(reader.root())) {
            var inode = reader.inode(entry);
            if (inode.type() == ErofsFileType.REGULAR) {
                var all = reader.content(inode).readAll();
                for (var from = 0; from <= all.length; from += 1 + all.length / 7) {
                    try (var in = reader.open(inode)) {
                        in.skipNBytes(from);
                        assertThat(in.readAllBytes())
                                .as("%s from %d", entry.name(), from)
                                .isEqualTo(Arrays.copyOfRange(all, from, all.length));
                    }
                }
            }
        }
    }

    /** What later work takes from an image: where a file's bytes are, without reading them. */
    @ParameterizedTest
    @CsvSource({"lz4", "lz4-legacy"})
    void extentsAreWhereTheImageHasThem(String image) throws Exception {
        var reader = ErofsReader.open(new MemoryBlockDevice(resource(image + ".erofs")));
        for (var entry : reader.list(reader.root())) {
            var inode = reader.inode(entry);
            assertThat(inode.offset())
                    .isEqualTo(reader.superblock().metaBlock()
                                    * reader.superblock().blockSize()
                            + inode.nid() * ErofsFormat.INODE_SLOT);
            if (entry.name().toString().equals("long")) {
                var extents = reader.extents(inode);
                assertThat(extents).hasSizeGreaterThan(1).allMatch(extent -> extent.storedLength() % 4096 == 0);
                assertThat(extents.stream().mapToLong(ErofsExtent::storedLength).sum())
                        .isEqualTo(4096L * inode.location());
            }
        }
    }

    static byte[] resource(String name) throws IOException {
        var resource = Objects.requireNonNull(MkfsImagesTest.class.getResourceAsStream("mkfs/" + name + ".xz"), name);
        try (var in = new XZInputStream(resource)) {
            return in.readAllBytes();
        }
    }
}
