package io.bascule.imagebuilder.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that are cut, bent or made to hurt: none may cost more than the one exception. */
class HostileTarTest {
    @TempDir
    private Path folder;

    private FileTree read(byte[] archive) throws IOException {
        try (var spool = Spool.in(folder)) {
            var tree = FileTree.empty();
            TarReader.read(new ByteArrayInputStream(archive), spool, tree, count -> {});
            return tree;
        }
    }

    private static TarBuilder tar() {
        return new TarBuilder();
    }

    @Test
    void refusesAnArchiveThatIsCutAnywhereBeforeItsEnd() throws Exception {
        var whole = rich();
        for (var length = 0; length <= whole.length - 1024; length += 128) {
            var cut = Arrays.copyOf(whole, length);
            assertThat(catchThrowable(() -> read(cut)))
                    .as("cut at %d", length)
                    .isInstanceOf(MalformedFormatException.class)
                    .hasMessageContaining("the archive");
        }
        read(whole);
    }

    /** A loop of links and a long way down must cost neither the stack nor much time. */
    @Test
    void survivesLinksThatMultiplyAndDirectoriesThatNest() throws Exception {
        var links = tar().link("l0", "nothing");
        for (var i = 1; i < 200; i++) {
            links.link("l" + i, ("l" + (i - 1) + "/").repeat(20));
        }
        assertThat(catchThrowable(() -> read(links.file("l199/x", "").end())))
                .isInstanceOf(MalformedFormatException.class);
        var way = "d/".repeat(2000);
        var deep =
                tar().pax("path", way).directory("a", 0755).pax("linkpath", way).link("l", "x");
        assertThat(catchThrowable(() ->
                        read(deep.pax("path", "l/" + way).directory("a", 0755).end())))
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining("nested");
    }

    static byte[] rich() {
        return tar().globalPax("comment", "c")
                .directory("./", 0755)
                .link("bin", "usr/bin")
                .directory("usr/bin", 0755)
                .pax("path", "usr/bin/tool", "SCHILY.xattr.security.capability", "\1\0\0\2", "uid", "5", "size", "700")
                .file("tool", "x".repeat(700))
                .hardLink("bin/same", "./bin/tool")
                .entry('L', "././@LongLink", "", "usr/" + "n".repeat(120) + "\0")
                .entry('K', "././@LongLink", "", "t".repeat(120) + "\0")
                .link("cut", "cut")
                .entry('3', "null", "", "")
                .end();
    }
}
