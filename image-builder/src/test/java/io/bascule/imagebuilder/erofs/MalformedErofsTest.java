package io.bascule.imagebuilder.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.erofs.read.ErofsFileType;
import io.bascule.imagebuilder.erofs.read.ErofsInode;
import io.bascule.imagebuilder.erofs.read.ErofsPath;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.erofs.read.ErofsTree;
import io.bascule.imagebuilder.erofs.read.ErofsWalk;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One thing is wrong in a sound image, whose checksum is right again: it is refused with the field and its offset. */
class MalformedErofsTest {
    @TempDir
    private Path folder;

    private byte[] image = {};

    @BeforeEach
    void makeImage() throws Exception {
        var tree = FileTree.empty();
        tree.putFile("d/file", 0644, "text");
        tree.putLink("link", "file");
        tree.put("packed", SampleTrees.file(SampleTrees.text(50_000, 1), Map.of()));
        tree.put("xattrs", SampleTrees.file(new byte[] {1}, Map.of("user.ab", new byte[] {1, 2})));
        tree.put("shared-1", SampleTrees.file(new byte[] {1}, Map.of("user.s", new byte[] {1, 2})));
        tree.put("shared-2", SampleTrees.file(new byte[] {1}, Map.of("user.s", new byte[] {1, 2})));
        var large = new Attributes(0644, 70_000, 0, Collections.emptySortedMap());
        tree.put("extended", new Inode.RegularFile(large, Content.of("x")));
        var file = folder.resolve("image");
        var options = new ErofsOptions(new UUID(1, 2), "bad", Instant.EPOCH, Compression.DEFAULT, 1);
        ErofsWriter.write(tree, options, folder, file, ErofsProgress.NONE);
        image = Files.readAllBytes(file);
    }

    private ByteBuffer bytes() {
        return ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ErofsReader reader() throws IOException {
        return ErofsReader.open(new MemoryBlockDevice(image));
    }

    private ErofsInode inode(String path) throws IOException {
        return ErofsPath.find(reader(), path.getBytes(StandardCharsets.UTF_8), false)
                .orElseThrow()
                .inode();
    }

    private int offset(String path) throws IOException {
        return (int) inode(path).offset();
    }

    /** Reads all there is. */
    private void readAll() throws IOException {
        var reader = reader();
        ErofsTree.read(reader);
        ErofsWalk.below(reader, reader.root(), (path, inode) -> {
            if (inode.type() == ErofsFileType.REGULAR) {
                reader.extents(inode);
                try (var in = reader.open(inode)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
            return true;
        });
    }

    private void assertRefused(String field, long offset, String problem) {
        ErofsFuzzTest.mendChecksum(image);
        assertThatThrownBy(this::readAll)
                .isInstanceOfSatisfying(MalformedFormatException.class, e -> {
                    assertThat(e.field()).isEqualTo(field);
                    assertThat(e.byteOffset()).isEqualTo(offset);
                })
                .hasMessageContaining(problem);
    }

    @Test
    void theImageIsSoundBefore() throws Exception {
        readAll();
    }

    @Test
    void aChangedBitInTheFirstBlockIsSeen() {
        image[4000] ^= 1;
        assertThatThrownBy(this::readAll)
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining("checksum at offset 1028");
    }

    @Test
    void anImageThatIsCutIsNotReadAtAll() {
        image = Arrays.copyOf(image, image.length - 1);
        assertRefused("blocks", 1060, "are more than the");
    }

    @ParameterizedTest
    @CsvSource({
        "12, 8, blkszbits, 12, expected 9 to 16",
        "80, 0x40, feature_incompat, 80, XATTR_PREFIXES",
        "80, 0x80, feature_incompat, 80, 48BIT",
        "81, 0x01, feature_incompat, 80, METABOX",
        "82, 0x01, feature_incompat, 80, unknown features 0x10000",
        "86, 1, extra_devices, 86, other devices",
        "90, 1, dirblkbits, 90, blocks of another size",
        "85, 1, available_compr_algs, 84, unknown compression algorithms",
        "84, 2, size, 134, expected 14 bytes",
        "130, 1, format, 128, a format that cannot be read",
        "31, 0x7F, build_time, 24, no time",
        "15, 0x7F, root_nid, 14, outside the image",
    })
    void aSuperblockThatCannotBeReadSaysWhy(int at, String value, String field, int offset, String problem) {
        if (at == 84) {
            // LZMA in place of zstd: the record is too short for it.
            offset = 128;
        }
        image[1024 + at] |= Integer.decode(value).byteValue();
        if (at == 12) {
            image[1024 + at] = 8;
        } else if (at == 84) {
            image[1024 + at] = 2;
        }
        assertRefused(field, 1024 + offset, problem);
    }

    @Test
    void theRootMustBeADirectory() throws Exception {
        bytes().putShort(1024 + 14, (short) inode("link").nid());
        assertRefused("root_nid", 1038, "no directory");
    }

    @ParameterizedTest
    @CsvSource({
        "packed, 0, 0x40, i_format, 0, cannot be read",
        "link, 5, 0x00, i_mode, 4, no kind of file",
        "extended, 15, 0x80, i_size, 8, too large",
        "extended, 39, 0x7F, i_mtime, 32, no time",
        "link, 8, 0, i_size, 8, symbolic link of 0 bytes",
        "link, 10, 1, i_size, 8, a symbolic link of",
        "packed, 11, 0x7F, i_size, 8, goes beyond the image",
        "xattrs, 3, 0x7F, i_xattr_icount, 2, the image ends at",
    })
    void anInodeThatCannotBeSaysWhy(String path, int at, String value, String field, int offset, String problem)
            throws Exception {
        var inode = offset(path);
        image[inode + at] = Integer.decode(value).byteValue();
        assertRefused(field, inode + (long) offset, problem);
    }

    /** Map header at 32, index at 48: entries of eight bytes. */
    @ParameterizedTest
    @CsvSource({
        "36, 0x42, h_advise, 36, cannot be read",
        "38, 0x07, h_algorithmtype, 38, unknown compression algorithm 7",
        "38, 0x00, h_algorithmtype, 38, not among the algorithms",
        "39, 0x01, h_clusterbits, 39, more than a block",
        "36, 0x28, h_advise, 36, both inline and in the packed file",
        "39, 0x80, h_advise, 32, a fragment in an image that has none",
        "48, 0x02, clusterofs, 48, no extent begins with the file",
        "51, 0x20, clusterofs, 48, no extent begins with the file",
        "54, 0x7F, blkaddr, 48, the image ends at",
        "61, 0x00, delta[0], 56, the number of blocks is missing",
        "60, 0xFF, delta[0], 48, more than 1 MiB",
        "68, 0x00, delta[0], 64, leads 0 entries back",
        "68, 0x0F, delta[0], 64, leads 15 entries back",
        "69, 0x08, delta[0], 64, where none should be",
    })
    void anIndexThatCannotBeSaysWhy(int at, String value, String field, int offset, String problem) throws Exception {
        var inode = offset("packed");
        image[inode + at] = Integer.decode(value).byteValue();
        if (at == 60) {
            image[inode + 61] |= 7;
        } else if (at == 61) {
            image[inode + 60] = 1;
        }
        assertRefused(field, inode + (long) offset, problem);
    }

    @Test
    void aDamagedClusterIsNamed() throws Exception {
        var extent = reader().extents(inode("packed")).getFirst();
        var end = (int) (extent.address() + extent.storedLength());
        Arrays.fill(image, (int) extent.address(), end, (byte) 0);
        assertRefused("ZSTD", extent.address(), "nothing but zeros");
        Arrays.fill(image, (int) extent.address(), end, (byte) 7);
        assertRefused("ZSTD", extent.address(), "not a zstd frame");
    }

    /** The attributes of "xattrs" are behind 32 bytes of inode and 12 of header; those of "shared-1" are one number. */
    @ParameterizedTest
    @CsvSource({
        "xattrs, 36, 9, h_shared_count, 36, do not fit",
        "xattrs, 45, 9, e_name_index, 45, no prefix has number 9",
        "xattrs, 45, 0x81, e_name_index, 45, XATTR_PREFIXES",
        "xattrs, 47, 1, e_value_size, 46, goes beyond",
        "shared-1, 46, 0x7F, h_shared_xattrs, 44, the image ends at",
    })
    void attributesThatCannotBeSayWhy(String path, int at, String value, String field, int offset, String problem)
            throws Exception {
        var inode = offset(path);
        image[inode + at] = Integer.decode(value).byteValue();
        assertRefused(field, inode + (long) offset, problem);
    }

    /** The directory "d" has ".", ".." and "file" in its inode of 32 bytes: entries of 12 bytes, then the names. */
    @ParameterizedTest
    @CsvSource({
        "8, 35, nameoff, 8, not the end of entries",
        "9, 0x7F, nameoff, 8, not the end of entries",
        "20, 36, nameoff, 8, a name from 36 to 36",
        "32, 0xFF, nameoff, 20, a name from",
        "39, 0x2F, name, 39, a zero byte in it",
        "36, 0x7F, name, 12, does not come behind",
        "0, 0, nid, 0, '.' of inode",
        "30, 0x7F, nid, 24, outside the image",
        "34, 2, file_type, 34, is said to be of kind 2",
    })
    void aDirectoryThatCannotBeSaysWhy(int at, String value, String field, int offset, String problem)
            throws Exception {
        var start = offset("d") + 32;
        image[start + at] = Integer.decode(value).byteValue();
        assertRefused(field, start + (long) offset, problem);
    }

    @Test
    void aDirectoryInsideItselfIsNoTree() throws Exception {
        var d = inode("d");
        var entry = (int) d.offset() + 32 + 24;
        bytes().putLong(entry, reader().root().nid()).put(entry + 10, (byte) 2);
        assertRefused("nid", entry, "a second name of directory");
    }
}
