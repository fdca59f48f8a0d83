package io.bascule.imagebuilder.source;

import static io.bascule.imagebuilder.source.TarBuilder.bytes;
import static io.bascule.imagebuilder.source.TarBuilder.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every archive that is not one ends in the one exception, which tells where. */
class MalformedTarTest {
    @TempDir
    private Path folder;

    private FileTree read(byte[] archive) throws IOException {
        try (var spool = Spool.in(folder)) {
            var tree = FileTree.empty();
            TarReader.read(new ByteArrayInputStream(archive), spool, tree, count -> {});
            return tree;
        }
    }

    private static Arguments bad(String what, String field, long offset, String says, byte[] archive) {
        return Arguments.of(what, field, offset, says, archive);
    }

    private static TarBuilder tar() {
        return new TarBuilder();
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                bad("nothing", "header", 0, "cut short", new byte[0]),
                bad("no end", "header", 512, "cut short", tar().file("a", "").unended()),
                bad(
                        "checksum",
                        "chksum",
                        148,
                        "sums up to",
                        tar().file("a", h -> put(h, 148, bytes("0000001\0"))).end()),
                bad(
                        "checksum no number",
                        "chksum",
                        148,
                        "octal",
                        tar().file("a", h -> put(h, 148, bytes("zzz"))).end()),
                bad("text", "chksum", 148, "octal", bytes("not a tar ".repeat(100))),
                bad("parent", "name", 0, "'..'", tar().file("a/../b", "").end()),
                bad(
                        "parent of pax",
                        "name",
                        1024,
                        "'..'",
                        tar().pax("path", "../b").file("a", "").end()),
                bad(
                        "absolute",
                        "name",
                        0,
                        "absolute",
                        tar().file("/etc/passwd", "").end()),
                bad("no name", "name", 0, "root directory", tar().file("", "").end()),
                bad(
                        "root as file",
                        "name",
                        0,
                        "root directory",
                        tar().file("./.", "x").end()),
                bad(
                        "long name",
                        "name",
                        1024,
                        "256 bytes",
                        tar().pax("path", "x".repeat(256)).file("a", "").end()),
                bad(
                        "long path",
                        "name",
                        5632,
                        "5000 bytes",
                        tar().pax("path", "a/".repeat(2500)).file("a", "").end()),
                bad(
                        "NUL in path",
                        "name",
                        1024,
                        "NUL",
                        tar().pax("path", "a\0b").file("a", "").end()),
                bad(
                        "link to nothing",
                        "linkname",
                        157,
                        "not an earlier file",
                        tar().hardLink("a", "b").end()),
                bad(
                        "link to nobody",
                        "linkname",
                        157,
                        "not an earlier file",
                        tar().hardLink("a", "").end()),
                bad(
                        "link to a later file",
                        "linkname",
                        157,
                        "not an earlier",
                        tar().hardLink("a", "b").file("b", "").end()),
                bad(
                        "link to a directory",
                        "linkname",
                        669,
                        "not an earlier",
                        tar().directory("d", 0755).hardLink("a", "d").end()),
                bad("link up", "name", 0, "'..'", tar().hardLink("a", "../b").end()),
                bad(
                        "symlink to nothing",
                        "linkname",
                        157,
                        "1 to 4095 bytes",
                        tar().link("a", "").end()),
                bad(
                        "symlink too long",
                        "linkname",
                        5120 + 157,
                        "1 to 4095 bytes",
                        tar().pax("linkpath", "x".repeat(4096)).link("a", "b").end()),
                bad(
                        "symlink with NUL",
                        "linkname",
                        1024 + 157,
                        "NUL",
                        tar().pax("linkpath", "x\0y").link("a", "b").end()),
                bad(
                        "loop on the way",
                        "name",
                        1024,
                        "/a is not a directory",
                        tar().link("a", "b").link("b", "a").file("a/c", "").end()),
                bad(
                        "dangling on the way",
                        "name",
                        512,
                        "/a is not a directory",
                        tar().link("a", "b").file("a/c", "").end()),
                bad(
                        "file on the way",
                        "name",
                        512,
                        "/a is not a directory",
                        tar().file("a", "").file("a/c", "").end()),
                bad(
                        "file for directory",
                        "name",
                        512,
                        "with files in it",
                        tar().file("a/b", "").file("a", "").end()),
                bad(
                        "sparse",
                        "typeflag",
                        156,
                        "sparse",
                        tar().entry('S', "a", "", "").end()),
                bad(
                        "pax sparse",
                        "typeflag",
                        1024 + 156,
                        "sparse",
                        tar().pax("GNU.sparse.major", "1").file("a", "").end()),
                bad(
                        "volume label",
                        "typeflag",
                        156,
                        "0x56",
                        tar().entry('V', "a", "", "").end()),
                bad(
                        "negative size",
                        "size",
                        124,
                        "negative",
                        tar().file("a", h -> Arrays.fill(h, 124, 136, (byte) 0xFF))
                                .end()),
                bad(
                        "huge size",
                        "size",
                        124,
                        "63 bits",
                        tar().file("a", h -> {
                                    Arrays.fill(h, 125, 136, (byte) 0xFF);
                                    h[124] = (byte) 0x80;
                                })
                                .end()),
                bad(
                        "octal size",
                        "size",
                        124,
                        "'00000000009'",
                        tar().file("a", h -> put(h, 124, bytes("00000000009"))).end()),
                bad(
                        "signed size",
                        "size",
                        124,
                        "'-1'",
                        tar().file("a", h -> put(h, 124, bytes("-1\0\0\0\0\0\0\0\0\0")))
                                .end()),
                bad(
                        "negative uid",
                        "uid",
                        108,
                        "negative",
                        tar().file("a", h -> Arrays.fill(h, 108, 116, (byte) 0xFF))
                                .end()),
                bad(
                        "large uid",
                        "uid",
                        108,
                        "32 bits",
                        tar().file("a", h -> put(h, 108, new byte[] {(byte) 0x80, 0, 0, 1, 0, 0, 0, 0}))
                                .end()),
                bad(
                        "large pax gid",
                        "gid",
                        1024 + 116,
                        "32 bits",
                        tar().pax("gid", "4294967296").file("a", "").end()),
                bad(
                        "negative pax uid",
                        "pax extended header",
                        1024,
                        "uid",
                        tar().pax("uid", "-1").file("a", "").end()),
                bad(
                        "pax size in words",
                        "pax extended header",
                        1024,
                        "size",
                        tar().pax("size", "many").file("a", "").end()),
                bad(
                        "device",
                        "devmajor",
                        329,
                        "4294967297:0",
                        tar().entry(
                                        '3',
                                        bytes("a"),
                                        new byte[0],
                                        new byte[0],
                                        h -> put(h, 329, new byte[] {(byte) 0x80, 0, 0, 1, 0, 0, 0, 1}))
                                .end()),
                bad(
                        "pax without length",
                        "pax extended header",
                        512,
                        "begin with its length",
                        tar().rawPax('x', bytes("path=a\n")).end()),
                bad(
                        "pax too short",
                        "pax extended header",
                        512,
                        "1 bytes",
                        tar().rawPax('x', bytes("1 path=a\n")).end()),
                bad(
                        "pax too long",
                        "pax extended header",
                        512,
                        "99 bytes",
                        tar().rawPax('x', bytes("99 path=a\n")).end()),
                bad(
                        "pax huge",
                        "pax extended header",
                        512,
                        "begin with its length",
                        tar().rawPax('x', bytes("9999999999 path=a\n")).end()),
                bad(
                        "pax without =",
                        "pax extended header",
                        512,
                        "no key",
                        tar().rawPax('x', bytes("8 patha\n")).end()),
                bad(
                        "pax without key",
                        "pax extended header",
                        512,
                        "no key",
                        tar().rawPax('x', bytes("5 =a\n")).end()),
                bad(
                        "pax second record",
                        "pax extended header",
                        522,
                        "length",
                        tar().rawPax('x', bytes("10 path=a\nx")).end()),
                bad(
                        "global pax garbage",
                        "pax extended header",
                        512,
                        "length",
                        tar().rawPax('g', new byte[20]).end()),
                bad(
                        "xattr without name",
                        "pax extended header",
                        1024,
                        "name ''",
                        tar().pax("SCHILY.xattr.", "x").file("a", "").end()),
                bad(
                        "xattr too large",
                        "pax extended header",
                        66560,
                        "65537 bytes",
                        tar().pax("SCHILY.xattr.user.a", "x".repeat(65537))
                                .file("a", "")
                                .end()),
                bad(
                        "giant header",
                        "size",
                        124,
                        "extended header of 8589934591 bytes",
                        tar().entry('x', bytes("a"), new byte[0], new byte[0], h -> put(h, 124, bytes("77777777777")))
                                .end()),
                bad(
                        "giant name",
                        "size",
                        124,
                        "1048577",
                        tar().entry(
                                        'L',
                                        bytes("a"),
                                        new byte[0],
                                        new byte[0],
                                        h -> put(h, 124, TarBuilder.octal((1 << 20) + 1, 11)))
                                .end()),
                bad(
                        "lone zero block",
                        "end of archive",
                        1024,
                        "lone zero block",
                        tar().file("a", "").raw(new byte[512]).file("b", "").end()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void refuses(String unused, String field, long offset, String says, byte[] archive) {
        assertThat(catchThrowable(() -> read(archive))).isInstanceOfSatisfying(MalformedFormatException.class, e -> {
            assertThat(e).hasMessageContaining(says);
            assertThat(e.format()).isEqualTo("tar");
            assertThat(e.field()).isEqualTo(field);
            assertThat(e.byteOffset()).isEqualTo(offset);
        });
    }

    @Test
    void saysHowMuchOfAFileIsMissing() {
        var cut = Arrays.copyOf(tar().file("a", "x".repeat(1000)).end(), 512 + 100);
        assertThat(catchThrowable(() -> read(cut)))
                .hasMessage(
                        "tar: data at offset 512 (0x200): the archive ends in the middle of a file: 900 of 1000 bytes are"
                                + " missing");
    }
}
