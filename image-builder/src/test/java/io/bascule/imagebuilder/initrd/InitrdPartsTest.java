package io.bascule.imagebuilder.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitrdPartsTest {
    private static final int LIBRARIES = 60;

    @TempDir
    private Path folder = Path.of("");

    /** Some 8 MiB: libraries of 20 to 270 KiB, a text, a link, and a folder that not everybody may enter. */
    private static FileTree tree(String version) {
        var tree = FileTree.empty();
        tree.putFile("etc/version", 0644, version);
        tree.putLink("lib", "usr/lib");
        tree.put("root", new Inode.Directory(new Attributes(0700, 0, 0, Collections.emptySortedMap())));
        tree.putFile("root/large", 0600, "l".repeat(100_000));
        for (var i = 0; i < LIBRARIES; i++) {
            tree.putFile("usr/lib/lib" + i + ".so", 0755, ("library " + i + " ").repeat(2000 + 400 * i));
        }
        return tree;
    }

    private static long differing(FileTree one, FileTree other) throws IOException {
        var before = InitrdBuilder.toCpio(one);
        return InitrdBuilder.toCpio(other).stream()
                .filter(archive -> before.stream().noneMatch(known -> Arrays.equals(known, archive)))
                .count();
    }

    @Test
    void anotherVersionChangesTheFirstPartAlone() throws Exception {
        assertThat(InitrdBuilder.toCpio(tree("1"))).hasSizeGreaterThan(5);
        assertThat(differing(tree("1"), tree("2, and longer"))).isOne();
        var first = new String(InitrdBuilder.toCpio(tree("2")).getFirst(), StandardCharsets.ISO_8859_1);
        assertThat(first).contains("etc/version").doesNotContain("lib1.so");
    }

    @Test
    void aFileThatIsNewOrGoneChangesFewParts() throws Exception {
        var changed = tree("1");
        changed.putFile("usr/lib/lib33.so", 0755, "another ".repeat(30_000));
        assertThat(differing(tree("1"), changed)).isOne();
        var more = tree("1");
        more.putFile("usr/lib/lib20a.so", 0755, "new ".repeat(30_000));
        assertThat(differing(tree("1"), more)).isBetween(1L, 2L);
        var fewer = tree("1");
        fewer.remove("usr/lib/lib40.so");
        assertThat(differing(tree("1"), fewer)).isBetween(1L, 2L);
    }

    @Test
    void cpioUnpacksThemOneOverTheOther() throws Exception {
        var cpio = ExternalTool.require("cpio");
        var archives = new ArrayList<>(InitrdBuilder.toCpio(tree("1")));
        for (var archive : archives) {
            cpio.run(folder, archive, "--extract", "--quiet", "--unconditional");
        }
        assertThat(folder.resolve("etc/version")).hasContent("1");
        assertThat(folder.resolve("lib")).isSymbolicLink();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("root"))))
                .isEqualTo("rwx------");
        for (var i = 0; i < LIBRARIES; i++) {
            assertThat(folder.resolve("usr/lib/lib" + i + ".so"))
                    .hasContent(("library " + i + " ").repeat(2000 + 400 * i));
        }
    }
}
