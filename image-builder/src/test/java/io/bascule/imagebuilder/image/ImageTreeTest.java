package io.bascule.imagebuilder.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.Boards;
import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.Trees;
import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.source.Spool;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.partitionlayout.ByteCount;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTreeTest {
    @TempDir
    private Path folder;

    private Path runtime;

    @BeforeEach
    void makeRuntime() throws Exception {
        runtime = Files.createDirectories(folder.resolve("runtime"));
        Files.writeString(Files.createDirectories(runtime.resolve("lib")).resolve("modules"), "runtime");
    }

    private ImageTree prepare(FileTree tree, String... exclude) throws Exception {
        try (var spool = Spool.in(folder)) {
            return ImageTree.prepare(
                    tree,
                    Boards.with(folder, List.of(exclude), List.of()),
                    "1.2.3~rc1",
                    ByteCount.ofMiB(8),
                    runtime,
                    Optional.empty(),
                    spool,
                    ResultCache.none());
        }
    }

    private void overlay(String path, String text) throws Exception {
        var file = folder.resolve("overlay").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void movesTheVendorsEtcIntoUsr() throws Exception {
        var tree = Systems.minimal();
        tree.putFile("etc/vendor.conf", 0644, "Debian");
        var image = prepare(tree);
        assertThat(Trees.text(image.usr(), "share/bascule/etc/vendor.conf")).isEqualTo("Debian");
        assertThat(Trees.text(image.whole(), "etc/vendor.conf")).isEqualTo("Debian");
        assertThat(image.whole().find("usr/share/bascule/etc"))
                .as("the whole tree stays as it is")
                .isEmpty();
        assertThat(Trees.text(image.usr(), "share/games/kept")).isEqualTo("kept");
        assertThat(image.usr().root().children())
                .extracting(child -> child.getKey().toString())
                .containsExactlyInAnyOrder("bin", "lib", "share");
    }

    @Test
    void leavesOutWhatBelongsToOneHost() throws Exception {
        var tree = Systems.minimal();
        for (var path : List.of(
                "etc/ssh/ssh_host_rsa_key",
                "etc/ssh/ssh_host_rsa_key.pub",
                "etc/passwd-",
                "etc/hostname",
                "etc/resolv.conf",
                "etc/apt/sources.list.d/main.sources")) {
            tree.putFile(path, 0600, "of the build machine");
        }
        tree.putFile("etc/machine-id", 0444, "0123456789abcdef0123456789abcdef");
        tree.putFile("etc/ssh/sshd_config", 0644, "kept");
        var etc = new FileTree((Inode.Directory) Trees.at(prepare(tree).usr(), "share/bascule/etc"));
        etc.walk((path, inode) -> {
            if (inode instanceof Inode.RegularFile file) {
                assertThat(new String(readAll(file), StandardCharsets.UTF_8))
                        .as(path)
                        .doesNotContain("of the build machine");
            }
        });
        assertThat(Trees.text(etc, "machine-id")).isEmpty();
        assertThat(Trees.text(etc, "ssh/sshd_config")).isEqualTo("kept");
        assertThat(etc.find("hostname")).isEmpty();
        assertThat(etc.find("resolv.conf")).isEmpty();
    }

    private static byte[] readAll(Inode.RegularFile file) {
        try {
            return file.content().readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void keepsALinkToTheResolversFile() throws Exception {
        var tree = Systems.minimal();
        tree.putLink("etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf");
        assertThat(prepare(tree).usr().find("share/bascule/etc/resolv.conf")).isPresent();
    }

    @Test
    void bringsNothingOfVarOrBoot() throws Exception {
        var image = prepare(Systems.minimal());
        image.usr()
                .walk((path, inode) ->
                        assertThat(path).doesNotContain("vmlinuz").doesNotContain("var/"));
        assertThat(Trees.text(image.usr(), "lib/tmpfiles.d/zz-bascule-image.conf"))
                .contains("d \"/var/lib/app\" 0750 42 43 -");
        assertThat(Trees.text(image.usr(), "lib/sysimage/dpkg/status")).contains("Package: systemd");
    }

    @Test
    void addsWhatHostsNeed() throws Exception {
        var image = prepare(Systems.minimal());
        assertThat(Trees.text(image.usr(), "lib/bascule/runtime/lib/modules")).isEqualTo("runtime");
        assertThat(Trees.text(image.usr(), "lib/os-release"))
                .isEqualTo(image.osRelease())
                .contains("IMAGE_VERSION=\"1.2.3~rc1\"");
        assertThat(Trees.text(image.usr(), "lib/sysusers.d/00-bascule-image.conf"))
                .contains("u root 0:0");
        assertThat(image.usr().find("lib/repart.d/40-state.conf")).isPresent();
        assertThat(image.usr().find("lib/systemd/system/bascule-mounts.service"))
                .isPresent();
        assertThat(image.kernel().release()).isEqualTo("6.12-amd64");
        assertThat(image.packages()).extracting(InstalledPackage::name).containsExactly("systemd");
    }

    @Test
    void takesExcludesAwayThroughLinksAndOverlaysLast() throws Exception {
        var tree = Systems.minimal();
        tree.putFile("usr/lib/games/a", 0644, "");
        tree.putFile("opt/vendor/file", 0644, "");
        overlay("etc/issue", "ours");
        overlay("usr/lib/sysctl.d/50.conf", "x");
        var image = prepare(tree, "/lib/games", "opt");
        assertThat(image.usr().find("lib/games")).isEmpty();
        assertThat(Trees.text(image.usr(), "share/bascule/etc/issue")).isEqualTo("ours");
        assertThat(Trees.text(image.usr(), "lib/sysctl.d/50.conf")).isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource({
        "opt/app/file, /opt: app",
        "srv/www, /srv: www",
        "home/user/x, /home: user",
        "data/x, /data: x",
        "file, in /"
    })
    void refusesFilesThatWouldBeLost(String path, String message) {
        var tree = Systems.minimal();
        tree.putFile(path, 0644, "");
        assertThatThrownBy(() -> prepare(tree))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("is not part of an image")
                .hasMessageContaining(message.replace(": ", ", which is not part of an image: "));
    }

    @Test
    void refusesATreeWhoseLibIsNoLink() {
        var tree = Systems.minimal();
        tree.remove("lib");
        tree.putFile("lib/x.so", 0644, "");
        assertThatThrownBy(() -> prepare(tree))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("files in /lib");
    }

    @Test
    void refusesAnExcludeThatMatchesNothing() {
        assertThatThrownBy(() -> prepare(Systems.minimal(), "etc/no-such-file"))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("exclude: the tree has no 'etc/no-such-file'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"etc/passwd", "etc/group", "etc/shadow", "etc/machine-id", "usr/lib/os-release"})
    void refusesOverlayFilesThatTheBuildMakes(String path) throws Exception {
        overlay(path, "");
        assertThatThrownBy(() -> prepare(Systems.minimal()))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("cannot come from an overlay: the build makes /" + path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"var/lib/x", "README", "opt/x"})
    void refusesOverlayFilesThatWouldBeLost(String path) throws Exception {
        overlay(path, "");
        assertThatThrownBy(() -> prepare(Systems.minimal()))
                .isInstanceOf(BuildException.class)
                .hasMessageStartingWith(
                        folder.resolve("overlay").resolve(path).toString().substring(0, 20))
                .hasMessageContaining("would not reach a host");
    }

    @Test
    void refusesAnOverlayFileInThePlaceOfAFolder() throws Exception {
        overlay("etc/ssh", "");
        var tree = Systems.minimal();
        tree.putFile("etc/ssh/sshd_config", 0644, "");
        assertThatThrownBy(() -> prepare(tree))
                .isInstanceOf(BuildException.class)
                .hasMessage(folder.resolve("overlay") + ": /etc/ssh is a directory with files in it");
    }

    @ParameterizedTest
    @CsvSource({"usr/lib/os-release, the tree has no /usr/lib/os-release", "usr/lib/modules, the tree has no kernel"})
    void namesWhatIsMissing(String path, String message) {
        var tree = Systems.minimal();
        tree.remove(path);
        assertThatThrownBy(() -> prepare(tree))
                .isInstanceOfSatisfying(
                        BuildException.class, e -> assertThat(e.hint()).isNotEmpty())
                .hasMessageContaining(message);
    }

    @Test
    void listsTheLargestFiles() throws Exception {
        var tree = Systems.minimal();
        tree.putFile("usr/share/large", 0644, "x".repeat(30_000));
        tree.putFile("usr/share/larger", 0644, "x".repeat(40_000));
        assertThat(prepare(tree).largestFiles(2))
                .containsExactly("/usr/share/larger  39.1 KiB", "/usr/share/large  29.3 KiB");
    }

    @Test
    void takesAKernelThatLiesBesideItsModules() throws Exception {
        var tree = Systems.minimal();
        for (var file : List.of("vmlinuz", "config")) {
            var old = "boot/" + file + "-6.12-amd64";
            tree.put("usr/lib/modules/6.12-amd64/" + file, Trees.at(tree, old));
            tree.remove(old);
        }
        assertThat(prepare(tree).kernel().release()).isEqualTo("6.12-amd64");
    }

    @Test
    void takesTheTreeOfAContainerButNotItsMark() throws Exception {
        var tree = Systems.minimal();
        tree.putFile(".dockerenv", 0755, "");
        assertThat(prepare(tree).whole().find(".dockerenv")).isEmpty();
    }

    @Test
    void refusesATreeWhoseUsrIsNotMerged() {
        var tree = Systems.minimal();
        tree.remove("lib");
        tree.putFile("lib/ld-linux.so.2", 0755, "");
        assertThatThrownBy(() -> prepare(tree))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("files in /lib, which must be a link to usr/lib");
    }

    @Test
    void storesCompressedFilesPlain() throws Exception {
        var tree = Systems.minimal();
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(5);
        }
        tree.put(
                "usr/share/man/man1/x.1.gz",
                new Inode.RegularFile(Attributes.rootOwned(0644), Content.of(packed.toByteArray())));
        var image = prepare(tree);
        assertThat(image.decompressed()).isEqualTo(1);
        assertThat(image.usr().find("share/man/man1/x.1")).isPresent();
    }
}
