package io.bascule.imagebuilder.source;

import static io.bascule.imagebuilder.source.TarBuilder.bytes;
import static io.bascule.imagebuilder.source.TarBuilder.octal;
import static io.bascule.imagebuilder.source.TarBuilder.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.Trees;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {
    private static final byte[] NOT_UTF_8 = {'d', '/', (byte) 0xFF, '=', '\n', (byte) 0xFE};

    @TempDir
    private Path folder;

    private Spool spool;

    @BeforeEach
    void open() throws IOException {
        spool = Spool.in(folder);
    }

    @AfterEach
    void close() throws IOException {
        spool.close();
        assertThat(folder).isEmptyDirectory();
    }

    private FileTree read(byte[] archive) throws IOException {
        var tree = FileTree.empty();
        TarReader.read(new ByteArrayInputStream(archive), spool, tree, count -> {});
        return tree;
    }

    @Test
    void readsEveryTypeOfEntry() throws Exception {
        var tree = read(new TarBuilder()
                .directory("./", 0750)
                .directory("./dir/", 01777)
                .file("./dir/file", "data")
                .entry('\0', "dir/old", "", "v7")
                .entry('7', "dir/contiguous", "", "c")
                .hardLink("dir/same", "./dir/file")
                .link("dir/link", "../anywhere")
                .entry('3', bytes("null"), new byte[0], new byte[0], header -> {
                    put(header, 329, octal(1, 7));
                    put(header, 337, octal(3, 7));
                })
                .entry('4', bytes("sda"), new byte[0], new byte[0], header -> put(header, 329, octal(8, 7)))
                .entry('6', "pipe", "", "")
                .entry('0', "dir/old-style/", "", "")
                .end());
        assertThat(tree.root().attributes().permissions()).isEqualTo(0750);
        assertThat(Trees.at(tree, "dir").attributes().permissions()).isEqualTo(01777);
        assertThat(Trees.text(tree, "dir/file")).isEqualTo("data");
        assertThat(Trees.text(tree, "dir/old")).isEqualTo("v7");
        assertThat(Trees.text(tree, "dir/contiguous")).isEqualTo("c");
        assertThat(Trees.at(tree, "dir/same")).isSameAs(Trees.at(tree, "dir/file"));
        assertThat(Trees.link(tree, "dir/link")).isEqualTo("../anywhere");
        assertThat(Trees.at(tree, "null")).isInstanceOfSatisfying(Inode.Special.class, device -> {
            assertThat(device.kind()).isEqualTo(Inode.Special.Kind.CHARACTER_DEVICE);
            assertThat(device.major()).isEqualTo(1);
            assertThat(device.minor()).isEqualTo(3);
        });
        assertThat(((Inode.Special) Trees.at(tree, "sda")).kind()).isEqualTo(Inode.Special.Kind.BLOCK_DEVICE);
        assertThat(((Inode.Special) Trees.at(tree, "pipe")).kind()).isEqualTo(Inode.Special.Kind.FIFO);
        assertThat(Trees.at(tree, "dir/old-style")).isInstanceOf(Inode.Directory.class);
    }

    @Test
    void keepsTheBytesOfPaxPathsAndLinks() throws Exception {
        var tree = read(new TarBuilder()
                .pax("path", NOT_UTF_8)
                .file("ascii", "1")
                .pax("linkpath", NOT_UTF_8)
                .hardLink("same", "ascii")
                .pax("linkpath", NOT_UTF_8)
                .link("link", "ascii")
                .end());
        var file = tree.find(FileTree.components(NOT_UTF_8));
        assertThat(file).containsSame(Trees.at(tree, "same"));
        assertThat(((Inode.Symlink) Trees.at(tree, "link")).target()).isEqualTo(Name.of(NOT_UTF_8));
    }

    @Test
    void takesSizeAndOwnersFromPax() throws Exception {
        var tree = read(new TarBuilder()
                .globalPax("uid", "7", "gid", "8", "comment", "anything")
                .file("global", "")
                .pax("size", "5", "uid", "4294967295", "gid", "", "mtime", "1.5")
                .raw(new TarBuilder()
                        .entry('0', bytes("a"), new byte[0], bytes("12345"), header -> {
                            put(header, 124, octal(0, 11));
                            put(header, 116, octal(42, 7));
                        })
                        .unended())
                .file("after", "")
                .end());
        assertThat(Trees.text(tree, "a")).isEqualTo("12345");
        assertThat(Trees.at(tree, "a").attributes().uid()).isEqualTo(4294967295L);
        assertThat(Trees.at(tree, "a").attributes().gid())
                .as("an empty value: the header's")
                .isEqualTo(42);
        assertThat(Trees.at(tree, "global").attributes().uid()).isEqualTo(7);
        assertThat(Trees.at(tree, "after").attributes().gid()).isEqualTo(8);
    }

    @Test
    void keepsTheSizeOfAHeaderBetweenPaxAndEntry() throws Exception {
        var tree = read(new TarBuilder()
                .pax("size", "3")
                .entry('L', "././@LongLink", "", "long-name\0")
                .file("short", "123")
                .end());
        assertThat(Trees.text(tree, "long-name")).isEqualTo("123");
    }

    @Test
    void keepsTheBytesOfExtendedAttributes() throws Exception {
        var binary = new byte[] {1, 0, 0, 2, '\n', (byte) 0xFF, '=', 0};
        var tree = read(new TarBuilder()
                .pax(
                        "SCHILY.xattr.security.capability",
                        binary,
                        "SCHILY.xattr.user.empty",
                        "",
                        "SCHILY.xattr.user.a%3Db%25",
                        "escaped",
                        "SCHILY.acl.access",
                        "user::rw-")
                .file("ping", "x")
                .file("plain", "x")
                .end());
        var xattrs = Trees.at(tree, "ping").attributes().xattrs();
        assertThat(xattrs.keySet())
                .containsExactly(Name.of("security.capability"), Name.of("user.a=b%"), Name.of("user.empty"));
        assertThat(xattrs.get(Name.of("security.capability"))).isEqualTo(binary);
        assertThat(xattrs.get(Name.of("user.empty"))).isEmpty();
        assertThat(Trees.at(tree, "plain").attributes().xattrs()).isEmpty();
    }

    @Test
    void readsLongNamesOfGnuAndPrefixesOfUstar() throws Exception {
        var longName = "d/" + "n".repeat(200);
        var tree = read(new TarBuilder()
                .entry('L', "././@LongLink", "", longName + "\0")
                .entry('K', "././@LongLink", "", "t".repeat(300) + "\0")
                .link("cut", "cut")
                .file("name", header -> put(header, 345, bytes("prefix/of")))
                .file("gnu", header -> {
                    put(header, 257, bytes("ustar  \0"));
                    put(header, 345, bytes("01234567"));
                })
                .file("v7", header -> {
                    put(header, 257, new byte[8]);
                    put(header, 345, bytes("junk"));
                })
                .end());
        assertThat(Trees.link(tree, longName)).isEqualTo("t".repeat(300));
        assertThat(tree.root().children())
                .extracting(child -> child.getKey().toString())
                .containsExactly("d", "gnu", "prefix", "v7");
        assertThat(Trees.text(tree, "prefix/of/name")).isEmpty();
    }

    @Test
    void readsBase256AndOddlyPaddedNumbers() throws Exception {
        var tree = read(new TarBuilder()
                .file("f", header -> {
                    put(header, 108, new byte[] {(byte) 0x80, 0, 0, 0, 0x12, 0x34, 0x56, 0x78});
                    put(header, 116, bytes("  17 \0\0\0"));
                    put(header, 124, new byte[] {(byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3});
                })
                .raw(new byte[] {'a', 'b', 'c'})
                .raw(new byte[509])
                .end());
        assertThat(Trees.text(tree, "f")).isEqualTo("abc");
        assertThat(Trees.at(tree, "f").attributes().uid()).isEqualTo(0x12345678);
        assertThat(Trees.at(tree, "f").attributes().gid()).isEqualTo(017);
    }

    @Test
    void unpacksPackagesThroughAMergedUsr() throws Exception {
        var tree = read(new TarBuilder()
                .directory("./usr/lib/", 0755)
                .link("./bin", "usr/bin")
                .directory("./usr/bin/", 0755)
                .link("./lib", "/usr/lib")
                .file("./bin/foo", "foo")
                .file("./usr/lib/pkg/kept", "kept")
                .directory("./lib/pkg/", 0711)
                .directory("./bin/", 0700)
                .hardLink("./usr/bin/bar", "./bin/foo")
                .hardLink("absolute", "/usr/bin/foo")
                .end());
        assertThat(Trees.text(tree, "usr/bin/foo")).isEqualTo("foo");
        assertThat(Trees.at(tree, "usr/bin/bar")).isSameAs(Trees.at(tree, "usr/bin/foo"));
        assertThat(Trees.at(tree, "absolute")).isSameAs(Trees.at(tree, "usr/bin/foo"));
        assertThat(Trees.text(tree, "usr/lib/pkg/kept")).isEqualTo("kept");
        assertThat(Trees.at(tree, "usr/lib/pkg").attributes().permissions()).isEqualTo(0711);
        assertThat(Trees.link(tree, "bin")).isEqualTo("usr/bin");
        assertThat(Trees.at(tree, "usr/bin").attributes().permissions()).isEqualTo(0755);
    }

    @Test
    void letsTheLastOfSeveralEntriesWithOneNameStand() throws Exception {
        var tree = read(new TarBuilder()
                .file("a", "first")
                .hardLink("b", "a")
                .file("a", "second")
                .link("c", "a")
                .file("c", "not through the link")
                .file("d", "")
                .directory("d", 0755)
                .file("d/e", "")
                .directory("empty", 0755)
                .file("empty", "file")
                .hardLink("a", "a")
                .end());
        assertThat(Trees.text(tree, "a")).isEqualTo("second");
        assertThat(Trees.text(tree, "b")).isEqualTo("first");
        assertThat(Trees.text(tree, "c")).isEqualTo("not through the link");
        assertThat(Trees.text(tree, "empty")).isEqualTo("file");
        assertThat(tree.find("d/e")).isPresent();
    }

    @Test
    void givesDirectoriesTheirAttributesAfterTheirChildren() throws Exception {
        var tree = read(new TarBuilder()
                .file("a/b/c", "x")
                .directory("a/b", 0700)
                .pax("uid", "5")
                .directory("a", 0711)
                .end());
        assertThat(Trees.at(tree, "a/b").attributes().permissions()).isEqualTo(0700);
        assertThat(Trees.at(tree, "a").attributes().uid()).isEqualTo(5);
        assertThat(Trees.text(tree, "a/b/c")).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 10240})
    void acceptsOneOrMoreZeroBlocksAtTheEnd(int zeros) throws Exception {
        assertThat(read(new TarBuilder().file("a", "x").raw(new byte[zeros]).unended())
                        .find("a"))
                .isPresent();
    }

    @Test
    void contentsCanBeReadInAnyOrderAndManyTimes() throws Exception {
        var tree = read(new TarBuilder()
                .file("a", "first")
                .file("b", "second")
                .file("empty", "")
                .end());
        var b = ((Inode.RegularFile) Trees.at(tree, "b")).content();
        try (var one = b.open();
                var two = b.open()) {
            assertThat(one.read()).isEqualTo('s');
            assertThat(two.readAllBytes()).isEqualTo(bytes("second"));
            assertThat(one.readAllBytes()).isEqualTo(bytes("econd"));
        }
        assertThat(Trees.text(tree, "a")).isEqualTo("first");
        assertThat(Trees.text(tree, "empty")).isEmpty();
        assertThat(List.of(b.size())).containsExactly(6L);
    }
}
