package io.bascule.imagebuilder.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.testsupport.ExternalTool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpioWriterTest {
    @TempDir
    private Path folder;

    private static FileTree sample() {
        var tree = FileTree.empty();
        for (var length = 0; length < 5; length++) {
            tree.putFile("n" + "n".repeat(length), 0640 + length, "x".repeat(length));
        }
        tree.putFile("dir/first", 0755, "linked");
        tree.put("dir/second", tree.find("dir/first").orElseThrow());
        tree.put("zero", tree.find("dir/first").orElseThrow());
        tree.putLink("link", "dir/first");
        return tree;
    }

    private static byte[] cpio(FileTree tree) throws IOException {
        var out = new ByteArrayOutputStream();
        CpioWriter.write(tree, out);
        return out.toByteArray();
    }

    private static FileTree devices() {
        var owned = new Attributes(0620, 12, 4294967295L, Collections.emptySortedMap());
        var tree = FileTree.empty();
        tree.put("console", new Inode.Special(owned, Inode.Special.Kind.CHARACTER_DEVICE, 5, 1));
        tree.put("disk", new Inode.Special(owned, Inode.Special.Kind.BLOCK_DEVICE, 259, 1048575));
        tree.put("pipe", new Inode.Special(owned, Inode.Special.Kind.FIFO, 0, 0));
        return tree;
    }

    @Test
    void cpioUnpacksWhatIsInTheTree() throws Exception {
        var cpio = ExternalTool.require("cpio");
        cpio.run(folder, cpio(sample()), "--extract", "--quiet", "--make-directories", "--preserve-modification-time");
        for (var length = 0; length < 5; length++) {
            assertThat(folder.resolve("n" + "n".repeat(length))).hasContent("x".repeat(length));
        }
        for (var name : List.of("dir/first", "dir/second", "zero", "link")) {
            assertThat(folder.resolve(name)).hasContent("linked");
        }
        assertThat(Files.isSameFile(folder.resolve("zero"), folder.resolve("dir/first")))
                .isTrue();
        assertThat(Files.getAttribute(folder.resolve("zero"), "unix:nlink")).isEqualTo(3);
        assertThat(Files.readSymbolicLink(folder.resolve("link"))).hasToString("dir/first");
        assertThat(Files.getPosixFilePermissions(folder.resolve("dir/first"), LinkOption.NOFOLLOW_LINKS))
                .hasSize(7);
        assertThat(Files.getLastModifiedTime(folder.resolve("n")).toMillis()).isZero();
    }

    @Test
    void cpioListsOwnersAndDevices() throws Exception {
        var cpio = ExternalTool.require("cpio");
        var listed = cpio.run(folder, cpio(devices()), "--list", "--verbose", "--numeric-uid-gid", "--quiet");
        assertThat(listed.lines().map(line -> line.replaceAll(" +", " ")))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("crw--w---- 1 12 4294967295 5, 1 ")
                                .endsWith(" console"),
                        line -> assertThat(line)
                                .startsWith("brw--w---- 1 12 4294967295 259, 1048575 ")
                                .endsWith(" disk"),
                        line -> assertThat(line)
                                .startsWith("prw--w---- 1 12 4294967295 ")
                                .endsWith(" pipe"));
    }

    @Test
    void writesTheHeaderThatLinuxDescribes() throws Exception {
        var tree = FileTree.empty();
        tree.put(
                "ab",
                new Inode.RegularFile(new Attributes(04755, 1, 2, Collections.emptySortedMap()), Content.of("xyz")));
        var archive = new String(cpio(tree), StandardCharsets.ISO_8859_1);
        assertThat(archive)
                .isEqualTo("070701" + "00000001" + "000089ED" + "00000001" + "00000002" + "00000001" + "00000000"
                        + "00000003" + "00000000".repeat(4) + "00000003" + "00000000" + "ab\0\0\0\0" + "xyz\0"
                        + "070701" + "00000000".repeat(4) + "00000001" + "00000000".repeat(6) + "0000000B" + "00000000"
                        + "TRAILER!!!\0\0\0\0");
    }

    @Test
    void equalTreesGiveEqualBytes() throws Exception {
        assertThat(cpio(sample())).isEqualTo(cpio(sample()));
        assertThat(cpio(sample()).length % 4).isZero();
    }

    @Test
    void keepsNamesThatAreNotUtf8() throws Exception {
        var tree = FileTree.empty();
        tree.put(
                List.of(Name.of(new byte[] {(byte) 0xFF}), Name.of(new byte[] {(byte) 0xFE})),
                new Inode.Symlink(Attributes.rootOwned(0777), Name.of(new byte[] {(byte) 0xFD})));
        var archive = new String(cpio(tree), StandardCharsets.ISO_8859_1);
        assertThat(archive).contains("\u00ff/\u00fe\0").contains("\u00fd\0");
    }

    @Test
    void refusesWhatThisFormatCannotSay() {
        var large = FileTree.empty();
        large.put("large", new Inode.RegularFile(Attributes.rootOwned(0644), new Claim(1L << 32, new byte[0])));
        assertThatThrownBy(() -> cpio(large)).isInstanceOf(IOException.class).hasMessageContaining("too large");

        var changed = FileTree.empty();
        changed.put("changed", new Inode.RegularFile(Attributes.rootOwned(0644), new Claim(5, new byte[4])));
        assertThatThrownBy(() -> cpio(changed))
                .isInstanceOf(IOException.class)
                .hasMessage("changed has 4 bytes in place of 5");

        var trailer = FileTree.empty();
        trailer.putFile("TRAILER!!!", 0644, "");
        assertThatThrownBy(() -> cpio(trailer)).isInstanceOf(IOException.class).hasMessageContaining("TRAILER!!!");

        var deep = FileTree.empty();
        deep.directory("d/".repeat(2000));
        deep.putLink("l", "d/".repeat(2000));
        deep.putFile("l/" + "n".repeat(100), 0644, "");
        assertThatThrownBy(() -> cpio(deep)).isInstanceOf(IOException.class).hasMessageContaining("4100 bytes");
    }

    /** Contents that say another size than they have. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Claim(long size, byte[] bytes) implements Content {
        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }
}
