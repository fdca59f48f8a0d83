package io.bascule.imagebuilder.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.Trees;
import io.bascule.imagebuilder.skeleton.Skeleton;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitrdBuilderTest {
    private static final String MODULES = "usr/lib/modules/6.12";

    /** A tree that has all that an initrd needs, by the list itself. */
    private static FileTree image() {
        var tree = FileTree.empty();
        var dependencies = new StringBuilder();
        for (var entry : Skeleton.initrd().entries()) {
            if (entry instanceof Skeleton.Entry.Copy copy) {
                tree.putFile(copy.path().replace("*", "x"), 04755, "");
            }
            if (entry instanceof Skeleton.Entry.Module module) {
                var file = "kernel/" + module.module().replace('_', '-') + ".ko.xz";
                dependencies.append(file).append(": kernel/base.ko.xz\n");
                tree.putFile(MODULES + "/" + file, 0644, "");
            }
        }
        tree.putFile(MODULES + "/kernel/base.ko.xz", 0644, "");
        tree.putFile(MODULES + "/kernel/more.ko.xz", 0644, "");
        tree.putFile(MODULES + "/kernel/unused.ko.xz", 0644, "");
        dependencies.append("kernel/more.ko.xz:\nkernel/unused.ko.xz:\n");
        tree.putFile(MODULES + "/modules.dep", 0644, dependencies.toString());
        tree.putFile(MODULES + "/modules.builtin", 0644, "kernel/drivers/built-in-one.ko\n");
        tree.putFile(MODULES + "/modules.dep.bin", 0644, "index");
        return tree;
    }

    private static void program(FileTree tree, String path, List<String> libraries, String runPath) {
        tree.put(
                path,
                new Inode.RegularFile(Attributes.rootOwned(0755), Content.of(Elf.linkedWith(libraries, runPath))));
    }

    private static FileTree build(FileTree image, String... modules) throws Exception {
        return InitrdBuilder.build(image, "6.12", List.of(modules));
    }

    @Test
    void takesWhatTheListSaysAndNoMore() throws Exception {
        var image = image();
        image.putFile("usr/bin/other", 0755, "");
        var initrd = build(image, "more");
        assertThat(Trees.at(initrd, "usr/bin/mount").attributes().permissions()).isEqualTo(0755);
        assertThat(initrd.find("usr/lib/systemd/system/initrd-x")).isPresent();
        assertThat(initrd.find(MODULES + "/kernel/dm-verity.ko.xz")).isPresent();
        assertThat(initrd.find(MODULES + "/kernel/base.ko.xz")).isPresent();
        assertThat(initrd.find(MODULES + "/kernel/more.ko.xz")).isPresent();
        assertThat(initrd.find(MODULES + "/modules.dep.bin")).isPresent();
        assertThat(initrd.find(MODULES + "/kernel/unused.ko.xz")).isEmpty();
        assertThat(initrd.find("usr/bin/other")).isEmpty();
        assertThat(Trees.link(initrd, "init")).isEqualTo("usr/lib/systemd/systemd");
        assertThat(Trees.at(initrd, "tmp").attributes().permissions()).isEqualTo(01777);
        assertThat(InitrdBuilder.toCpio(initrd)).containsExactlyElementsOf(InitrdBuilder.toCpio(build(image, "more")));
    }

    @Test
    void followsLinksAndLibraries() throws Exception {
        var image = image();
        image.putLink("usr/bin/mount", "../libexec/mount-1");
        program(image, "usr/libexec/mount-1", List.of("liba.so.1", "libpriv.so"), "$ORIGIN/../lib/private/.");
        image.putLink("usr/lib/x86_64-linux-gnu/liba.so.1", "liba.so.1.2");
        program(image, "usr/lib/x86_64-linux-gnu/liba.so.1.2", List.of("libb.so"), "");
        program(image, "usr/lib/libb.so", List.of("liba.so.1"), "");
        image.putFile("usr/lib/private/libpriv.so", 0644, "not ELF");
        var initrd = build(image);
        for (var path : List.of(
                "usr/bin/mount",
                "usr/libexec/mount-1",
                "usr/lib/x86_64-linux-gnu/liba.so.1",
                "usr/lib/x86_64-linux-gnu/liba.so.1.2",
                "usr/lib/libb.so",
                "usr/lib/private/libpriv.so")) {
            assertThat(initrd.find(path)).as(path).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            usr/sbin/veritysetup       | the initrd needs /usr/sbin/veritysetup, which the tree does not have
            usr/lib/systemd/system/initrd-x | the initrd needs /usr/lib/systemd/system/initrd-*, which the tree does not have
            usr/lib/modules/6.12/kernel/dm-verity.ko.xz | needs /usr/lib/modules/6.12/kernel/dm-verity.ko.xz
            usr/lib/modules/6.12/modules.dep | the tree has no usr/lib/modules/6.12/modules.dep
            """)
    void namesAFileThatIsMissing(String path, String message) {
        var image = image();
        image.remove(path);
        assertThatThrownBy(() -> build(image))
                .isInstanceOfSatisfying(
                        BuildException.class, e -> assertThat(e.hint()).isNotEmpty())
                .hasMessageContaining(message);
    }

    @Test
    void namesALinkThatLeadsNowhereAndAFolderInPlaceOfAFile() {
        var image = image();
        image.putLink("usr/bin/sh", "dash");
        assertThatThrownBy(() -> build(image))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("/usr/bin/sh");
        image.remove("usr/bin/sh");
        image.directory("usr/bin/sh");
        assertThatThrownBy(() -> build(image))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("/usr/bin/sh");
    }

    @ParameterizedTest
    @CsvSource({"libmissing.so", "../../../etc/passwd", "/usr/lib/libc.so"})
    void namesALibraryThatIsMissing(String library) {
        var image = image();
        program(image, "usr/bin/kmod", List.of(library), "/usr/lib/../lib");
        image.putFile("etc/passwd", 0644, "");
        assertThatThrownBy(() -> build(image))
                .isInstanceOf(BuildException.class)
                .hasMessage("/usr/bin/kmod needs " + library + ", which the tree does not have");
    }

    @Test
    void namesAProgramThatIsBroken() {
        var image = image();
        var elf = Elf.linkedWith(List.of("libc.so.6"), "");
        elf[4] = 1;
        image.put("usr/bin/kmod", new Inode.RegularFile(Attributes.rootOwned(0755), Content.of(elf)));
        assertThatThrownBy(() -> build(image))
                .isInstanceOf(BuildException.class)
                .hasMessageStartingWith("/usr/bin/kmod cannot be in the initrd: ELF: EI_CLASS at offset 4");
    }

    @Test
    void knowsModulesByEitherSpellingAndThoseBuiltIn() throws Exception {
        var modules = KernelModules.read(image(), MODULES);
        var files = List.of(MODULES + "/kernel/dm-verity.ko.xz", MODULES + "/kernel/base.ko.xz");
        assertThat(modules.filesOf("dm_verity")).isEqualTo(files);
        assertThat(modules.filesOf("dm-verity")).isEqualTo(files);
        assertThat(modules.filesOf("built_in-one")).isEmpty();
        assertThat(modules.filesOf("more")).containsExactly(MODULES + "/kernel/more.ko.xz");
        assertThatThrownBy(() -> modules.filesOf("nvme"))
                .isInstanceOf(BuildException.class)
                .hasMessage("the kernel in the tree has no module nvme");
    }
}
