package io.bascule.imagebuilder.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.bascule.imagebuilder.Trees;
import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.source.Spool;
import io.bascule.imagebuilder.source.UnpackBudget;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.testsupport.ExternalTool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class DecompressionTest {
    private static final String MODULES = "usr/lib/modules/6.12/";

    @TempDir
    private Path folder;

    private Spool spool;
    private final FileTree tree = FileTree.empty();

    @BeforeEach
    void openSpool() throws IOException {
        spool = Spool.in(folder);
    }

    @AfterEach
    void closeSpool() throws IOException {
        spool.close();
    }

    private Decompression.Result apply() throws IOException {
        return Decompression.apply(tree, spool, UnpackBudget.forSlot(ByteCount.ofMiB(1)), ResultCache.none());
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] xz(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var xz = new XZOutputStream(out, new LZMA2Options(0))) {
            xz.write(bytes);
        }
        return out.toByteArray();
    }

    private void put(String path, byte[] bytes) {
        tree.put(path, new Inode.RegularFile(Attributes.rootOwned(0644), Content.of(bytes)));
    }

    private void document(String path) throws IOException {
        put(path, gzip(("text of " + path).getBytes(StandardCharsets.UTF_8)));
    }

    private boolean has(String path) {
        return tree.find(path).isPresent();
    }

    @Test
    void storesModulesAsTheyWereAndRewritesTheirIndex() throws Exception {
        put(MODULES + "kernel/a.ko.xz", xz("module a".getBytes(StandardCharsets.UTF_8)));
        put(MODULES + "kernel/fs/b.ko.zst", Zstd.compress("module b".getBytes(StandardCharsets.UTF_8)));
        put(MODULES + "updates/c.ko.gz", gzip("module c".getBytes(StandardCharsets.UTF_8)));
        tree.putFile(MODULES + "kernel/d.ko", 0644, "module d");
        tree.putFile(MODULES + "modules.dep", 0644, """
                kernel/a.ko.xz: kernel/fs/b.ko.zst updates/c.ko.gz
                kernel/fs/b.ko.zst:
                updates/c.ko.gz:
                kernel/d.ko: kernel/a.ko.xz
                """);
        tree.putFile(MODULES + "modules.dep.bin", 0600, "old");
        tree.putFile(MODULES + "modules.alias", 0644, "alias kernel/a.ko.xz a\n");
        assertThat(apply().files()).isEqualTo(3);
        assertThat(Trees.text(tree, MODULES + "kernel/a.ko")).isEqualTo("module a");
        assertThat(Trees.text(tree, MODULES + "kernel/fs/b.ko")).isEqualTo("module b");
        assertThat(Trees.text(tree, MODULES + "updates/c.ko")).isEqualTo("module c");
        assertThat(has(MODULES + "kernel/a.ko.xz")).isFalse();
        var dependencies = """
                kernel/a.ko: kernel/fs/b.ko updates/c.ko
                kernel/fs/b.ko:
                updates/c.ko:
                kernel/d.ko: kernel/a.ko
                """;
        assertThat(Trees.text(tree, MODULES + "modules.dep")).isEqualTo(dependencies);
        var bin = (Inode.RegularFile) Trees.at(tree, MODULES + "modules.dep.bin");
        assertThat(bin.content().readAll())
                .isEqualTo(ModuleIndex.write(dependencies.lines().toList()));
        assertThat(bin.attributes().permissions()).isEqualTo(0600);
        assertThat(Trees.text(tree, MODULES + "modules.alias")).isEqualTo("alias kernel/a.ko.xz a\n");
    }

    /** The oracle for all indexes: what depmod makes of the modules as they are stored in the end. */
    @Test
    void leavesTheIndexesThatDepmodWouldMakeOfTheNewNames() throws Exception {
        var depmod = ExternalTool.require("depmod");
        var before = Files.createDirectories(folder.resolve("before/lib/modules/6.12/kernel"));
        var after = Files.createDirectories(folder.resolve("after/lib/modules/6.12/kernel"));
        for (var name : List.of("a", "ab", "b-c", "d")) {
            Files.write(before.resolve(name + ".ko.xz"), xz(MinimalModule.bytes()));
            Files.write(after.resolve(name + ".ko"), MinimalModule.bytes());
        }
        for (var top : List.of("before", "after")) {
            var release = folder.resolve(top).resolve("lib/modules/6.12");
            Files.write(release.resolve("modules.order"), List.of("kernel/d.ko", "kernel/ab.ko"));
            Files.writeString(release.resolve("modules.builtin"), "");
            depmod.run("-b", folder.resolve(top).toString(), "6.12");
        }
        try (var files = Files.walk(folder.resolve("before/lib/modules/6.12"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                put("usr/" + folder.resolve("before").relativize(file), Files.readAllBytes(file));
            }
        }
        assertThat(apply().files()).isEqualTo(4);
        for (var index : List.of(
                "modules.dep",
                "modules.dep.bin",
                "modules.alias",
                "modules.alias.bin",
                "modules.symbols",
                "modules.symbols.bin",
                "modules.order",
                "modules.softdep",
                "modules.devname",
                "modules.builtin.bin")) {
            var file = (Inode.RegularFile) Trees.at(tree, MODULES + index);
            assertThat(file.content().readAll())
                    .as(index)
                    .isEqualTo(Files.readAllBytes(
                            folder.resolve("after/lib/modules/6.12").resolve(index)));
        }
    }

    @Test
    void storesDocumentsAsTheyWereAndLinksFollow() throws Exception {
        document("usr/share/man/man1/nano.1.gz");
        document("usr/share/doc/nano/changelog.gz");
        document("usr/share/info/nano.info.gz");
        tree.putLink("usr/share/man/man1/pico.1.gz", "nano.1.gz");
        tree.putLink("usr/share/man/de/man1/pico.1.gz", "../../man1/pico.1.gz");
        tree.putLink("usr/share/man/man1/editor.1.gz", "/etc/alternatives/editor.1.gz");
        tree.putLink("etc/alternatives/editor.1.gz", "/usr/share/man/man1/nano.1.gz");
        tree.putLink("usr/share/doc/nano/log", "changelog.gz");
        tree.putLink("usr/share/man/man1/gone.1.gz", "nothing.1.gz");
        assertThat(apply().files()).isEqualTo(3);
        assertThat(Trees.text(tree, "usr/share/man/man1/nano.1")).isEqualTo("text of usr/share/man/man1/nano.1.gz");
        assertThat(has("usr/share/doc/nano/changelog")).isTrue();
        assertThat(has("usr/share/info/nano.info")).isTrue();
        assertThat(Trees.link(tree, "usr/share/man/man1/pico.1")).isEqualTo("nano.1");
        assertThat(Trees.link(tree, "usr/share/man/de/man1/pico.1")).isEqualTo("../../man1/pico.1");
        assertThat(Trees.link(tree, "usr/share/man/man1/editor.1")).isEqualTo("/etc/alternatives/editor.1.gz");
        assertThat(Trees.link(tree, "etc/alternatives/editor.1.gz")).isEqualTo("/usr/share/man/man1/nano.1");
        assertThat(Trees.link(tree, "usr/share/doc/nano/log")).isEqualTo("changelog");
        assertThat(Trees.link(tree, "usr/share/man/man1/gone.1.gz")).isEqualTo("nothing.1.gz");
        for (var path : List.of("usr/share/man/man1/pico.1.gz", "usr/share/man/man1/nano.1.gz")) {
            assertThat(has(path)).as(path).isFalse();
        }
    }

    @Test
    void leavesAFileAloneWhoseNewNameIsTaken() throws Exception {
        document("usr/share/man/man1/nano.1.gz");
        tree.putFile("usr/share/man/man1/nano.1", 0644, "another");
        put(MODULES + "kernel/a.ko.gz", gzip("one".getBytes(StandardCharsets.UTF_8)));
        put(MODULES + "kernel/a.ko.xz", xz("two".getBytes(StandardCharsets.UTF_8)));
        assertThat(apply().files()).as("one of the two modules").isEqualTo(1);
        assertThat(Trees.text(tree, "usr/share/man/man1/nano.1")).isEqualTo("another");
        assertThat(has("usr/share/man/man1/nano.1.gz")).isTrue();
        assertThat(Trees.text(tree, MODULES + "kernel/a.ko")).isEqualTo("one");
        assertThat(has(MODULES + "kernel/a.ko.xz")).isTrue();
    }

    @Test
    void leavesAloneWhatIsNotWhatItSays() throws Exception {
        put("usr/share/doc/x/plain.gz", "not compressed".getBytes(StandardCharsets.UTF_8));
        var cut = gzip("cut in the middle".getBytes(StandardCharsets.UTF_8));
        put("usr/share/doc/x/cut.gz", Arrays.copyOf(cut, cut.length - 9));
        document("usr/share/doc/x/source.tar.gz");
        document("usr/share/keymaps/us.kmap.gz");
        document("usr/share/doc/.gz");
        put("usr/lib/firmware/f.xz", xz(new byte[9]));
        assertThat(apply().files()).isZero();
        for (var path : List.of(
                "usr/share/doc/x/plain.gz",
                "usr/share/doc/x/cut.gz",
                "usr/share/doc/x/source.tar.gz",
                "usr/share/keymaps/us.kmap.gz",
                "usr/share/doc/.gz",
                "usr/lib/firmware/f.xz")) {
            assertThat(has(path)).as(path).isTrue();
        }
    }

    @Test
    void keepsHardLinksTogether() throws Exception {
        document("usr/share/man/man1/a.1.gz");
        tree.put("usr/share/man/man1/b.1.gz", Trees.at(tree, "usr/share/man/man1/a.1.gz"));
        document("usr/share/doc/x/c.gz");
        tree.put("usr/share/x/needs-it.gz", Trees.at(tree, "usr/share/doc/x/c.gz"));
        assertThat(apply().files()).isEqualTo(1);
        assertThat(Trees.at(tree, "usr/share/man/man1/a.1")).isSameAs(Trees.at(tree, "usr/share/man/man1/b.1"));
        assertThat(Trees.at(tree, "usr/share/doc/x/c.gz")).isSameAs(Trees.at(tree, "usr/share/x/needs-it.gz"));
    }
}
