package io.bascule.imagebuilder.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.Boards;
import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.Trees;
import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.source.HostFiles;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.testsupport.ExternalTool;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts that an image gets, and what is read from a tree of packages. */
class ImagePartsTest {
    private final FileTree tree = FileTree.empty();

    @TempDir
    private Path folder;

    @Test
    void osReleaseKeepsEveryValueThroughItsQuotes() throws Exception {
        tree.putFile("usr/lib/os-release", 0644, """
                # comment
                PRETTY_NAME="A \\"B\\" \\$C"
                NAME='single "double" $HOME'
                ID=debian
                VERSION="13 (trixie)"
                EMPTY=
                IMAGE_ID=old
                """);
        assertThat(OsRelease.of(tree, Boards.minimal(), "1.0~rc1")).isEqualTo("""
                        PRETTY_NAME="b 1.0~rc1 (A \\"B\\" \\$C)"
                        NAME="single \\"double\\" \\$HOME"
                        ID=debian
                        VERSION="13 (trixie)"
                        EMPTY=""
                        IMAGE_ID=b
                        IMAGE_VERSION="1.0~rc1"
                        DEFAULT_HOSTNAME=b
                        """);
    }

    @Test
    void usersBecomeSysusers() throws Exception {
        tree.putFile("etc/passwd", 0644, """
                root:x:0:0:root:/root:/bin/bash
                odd:x:4294967294:100:50% "quoted",\\room,,:/home/%u:
                """);
        tree.putFile("etc/group", 0644, "root:x:0:\nusers:x:100:root,odd\n");
        var ids = UserIds.read(tree);
        assertThat(ids.groups()).containsEntry("users", new UserIds.Group(100, List.of("odd", "root")));
        assertThat(ids.toSysusers()).isEqualTo("""
                # The users and groups of this image, with the numbers that its files have.
                g root 0
                g users 100
                u odd 4294967294:100 "50%% quoted,room,," /home/%%u -
                u root 0:0 "root" /root /bin/bash
                m odd users
                m root users
                """);
        assertThat(UserIds.read(FileTree.empty()).users()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "root:x:0:0:root:/root", "+::::::", "root:x:zero:0:::", "root:x:0:-1:::", "root:x:4294967295:0:::",
                "root:x:99999999999:0:::", ":x:0:0:::", "a b:x:0:0:::", "a:x:0:0::::", "#comment"
            })
    void refusesWhatIsNoLineOfPasswd(String line) {
        tree.putFile("etc/passwd", 0644, line + "\n");
        assertThatThrownBy(() -> UserIds.read(tree))
                .isInstanceOf(BuildException.class)
                .hasMessage("/etc/passwd in the tree has a line that is not one: '" + line + "'");
    }

    @Test
    void refusesANameThatComesTwice() {
        tree.putFile("etc/group", 0644, "a:x:1:\na:x:2:\n");
        assertThatThrownBy(() -> UserIds.read(tree))
                .isInstanceOf(BuildException.class)
                .hasMessage("/etc/group in the tree has the group 'a' twice");
    }

    @Test
    void stateFilesKeepOwnersAndEscapeNames() throws Exception {
        directory("var/lib/50% full", 02770, 5, 6);
        directory("var/lib/\"quote\\", 0755, 0, 0);
        tree.put("var/link", new Inode.Symlink(Attributes.rootOwned(0777), Name.of(new byte[] {
            'a', ' ', '%', (byte) 0xFF, '\\'
        })));
        tree.putFile("var/lib/app/data", 0600, "of one machine");
        tree.putFile("var/cache/apt/pkgcache.bin", 0600, "");
        tree.putLink("var/run", "/run");
        assertThat(StateFiles.of(tree)).isEqualTo("""
                # The folders that the packages of this image have in /var.
                d "/var/cache" 0755 0 0 -
                d "/var/lib" 0755 0 0 -
                d "/var/lib/\\"quote\\\\" 0755 0 0 -
                d "/var/lib/50%% full" 2770 5 6 -
                d "/var/lib/app" 0755 0 0 -
                L "/var/link" - - - - a\\x20%%\\xff\\x5c
                """);
    }

    @Test
    void systemdMakesTheSameFoldersFromStateFiles() throws Exception {
        var tmpfiles = ExternalTool.require("systemd-tmpfiles");
        var uid = (int) Files.getAttribute(folder, "unix:uid");
        var gid = (int) Files.getAttribute(folder, "unix:gid");
        directory("var", 0755, uid, gid);
        directory("var/gr\u00fcn %t \"quote\\", 02750, uid, gid);
        tree.putLink("var/link", "gr\u00fcn %t \"quote\\");
        var config = Files.writeString(folder.resolve("state.conf"), StateFiles.of(tree));
        var root = Files.createDirectory(folder.resolve("root"));
        tmpfiles.run(folder, "--root=" + root, "--create", config.toString());
        var made = FileTree.empty();
        HostFiles.addAll(root, made, "");
        assertThat(made.find("var/gr\u00fcn %t \"quote\\")).isPresent();
        assertThat(Trees.link(made, "var/link")).isEqualTo("gr\u00fcn %t \"quote\\");
    }

    @ParameterizedTest
    @ValueSource(bytes = {(byte) 0xFF, '\n', 7})
    void refusesNamesThatStateFilesCannotSay(byte odd) {
        tree.put(
                List.of(Name.of("var"), Name.of(new byte[] {'a', odd})),
                new Inode.Directory(Attributes.rootOwned(0755)));
        assertThatThrownBy(() -> StateFiles.of(tree))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("in /var, a name that tmpfiles.d cannot say");
    }

    private void directory(String path, int permissions, long uid, long gid) {
        tree.putDirectory(
                FileTree.components(path.getBytes(StandardCharsets.UTF_8)),
                new Attributes(permissions, uid, gid, Collections.emptySortedMap()));
    }

    @Test
    void repartDefinitionsFixEverythingButState() throws Exception {
        RepartDefinitions.put(tree, Boards.minimal().sizes(), ByteCount.ofMiB(4));
        assertThat(Trees.text(tree, "usr/lib/repart.d/31-usr-b-verity.conf")).isEqualTo("""
                [Partition]
                Type=usr-x86-64-verity
                Label=USR-B-verity
                SizeMinBytes=4194304
                SizeMaxBytes=4194304
                """);
        assertThat(Trees.text(tree, "usr/lib/repart.d/40-state.conf"))
                .contains("SizeMinBytes=134217728")
                .doesNotContain("SizeMax");
        assertThat(tree.directory("usr/lib/repart.d").children())
                .extracting(child -> child.getKey().toString())
                .containsExactly(
                        "10-esp.conf",
                        "20-usr-a.conf",
                        "21-usr-a-verity.conf",
                        "30-usr-b.conf",
                        "31-usr-b-verity.conf",
                        "40-state.conf");
    }

    @Test
    void commandLinesSayByHowMuchTheyAreTooLong() throws Exception {
        var least = KernelCommandLine.of("ab".repeat(32), Boards.minimal());
        assertThat(least).startsWith("usrhash=" + "ab".repeat(32) + " ");
        var room = 2047 - least.length() - 1;
        var fits = Boards.with(Path.of("b"), List.of(), List.of("x".repeat(room)));
        assertThat(KernelCommandLine.of("ab".repeat(32), fits)).hasSize(2047);
        var large = Boards.with(Path.of("b"), List.of(), List.of("x".repeat(room), "yz"));
        assertThatThrownBy(() -> KernelCommandLine.of("ab".repeat(32), large))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining(
                        "b/board.yaml: kernel-arguments: the kernel command line is 3 bytes too long (2050 of 2047)");
    }

    @Test
    void findsTheOneKernel() throws Exception {
        Systems.kernel(tree, "6.12", Systems.CONFIG);
        var kernel = Kernel.find(tree);
        assertThat(kernel.release()).isEqualTo("6.12");
        assertThat(kernel.options()).containsEntry("CONFIG_EROFS_FS", "m").doesNotContainKey("CONFIG_EROFS_FS_DEBUG");
        kernel.checkCanMount(Board.Codec.ZSTD);
    }

    @Test
    void refusesTreesWithoutAKernelOrWithTwo() {
        assertThatThrownBy(() -> Kernel.find(tree))
                .isInstanceOf(BuildException.class)
                .hasMessageStartingWith("the tree has no kernel");
        Systems.kernel(tree, "6.12", Systems.CONFIG);
        Systems.kernel(tree, "6.13", Systems.CONFIG);
        assertThatThrownBy(() -> Kernel.find(tree))
                .isInstanceOf(BuildException.class)
                .hasMessage("the tree has 2 kernels: 6.12, 6.13");
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot/vmlinuz-6.12", "boot/config-6.12"})
    void namesThePartOfAKernelThatIsMissing(String path) {
        Systems.kernel(tree, "6.12", Systems.CONFIG);
        tree.remove(path);
        assertThatThrownBy(() -> Kernel.find(tree))
                .isInstanceOf(BuildException.class)
                .hasMessageStartingWith("the tree has neither /" + path + " nor /usr/lib/modules/6.12/");
    }

    @ParameterizedTest
    @CsvSource({
        "CONFIG_EROFS_FS_ZIP_ZSTD, another compression.codec",
        "CONFIG_DM_VERITY, another kernel package",
        "CONFIG_OVERLAY_FS, another kernel package"
    })
    void refusesAKernelThatCannotMountTheImage(String option, String hint) throws Exception {
        Systems.kernel(tree, "6.12", Systems.CONFIG.replace(option + "=", "# " + option + "="));
        var kernel = Kernel.find(tree);
        assertThatThrownBy(() -> kernel.checkCanMount(Board.Codec.ZSTD))
                .isInstanceOfSatisfying(
                        BuildException.class, e -> assertThat(e.hint()).contains(hint))
                .hasMessageContaining("it lacks " + option);
        if (option.contains("ZSTD")) {
            kernel.checkCanMount(Board.Codec.NONE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ZSTD, CONFIG_EROFS_FS_ZIP_ZSTD, 'zstd, lz4hc, lzma, none'",
        "LZMA, CONFIG_EROFS_FS_ZIP_LZMA, 'zstd, lz4hc, lzma, none'",
        "LZ4HC, CONFIG_EROFS_FS_ZIP, 'zstd, lz4hc, lzma, none'",
    })
    void aKernelMustReadTheCodec(Board.Codec codec, String option, String codecs) throws Exception {
        var all = Systems.CONFIG + "CONFIG_EROFS_FS_ZIP_LZMA=y\n";
        Systems.kernel(tree, "6.12", all);
        Kernel.find(tree).checkCanMount(codec);
        Systems.kernel(tree, "6.12", all.replace(option + "=", "# " + option + "="));
        var kernel = Kernel.find(tree);
        var readable = option.endsWith("_ZIP") ? "none" : codecs.replace(codec.key() + ", ", "");
        assertThatThrownBy(() -> kernel.checkCanMount(codec))
                .isInstanceOfSatisfying(
                        BuildException.class,
                        e -> assertThat(e.hint()).contains("another compression.codec", "reads " + readable + ")"))
                .hasMessageContaining("it lacks " + option + ",");
    }

    @ParameterizedTest
    @CsvSource({"5.12.9-amd64, false", "4.19, false", "5.13.0, true", "6.1.0-13-amd64, true", "unnumbered, true"})
    void aKernelMustReadLargeClusters(String release, boolean reads) throws Exception {
        Systems.kernel(tree, release, Systems.CONFIG);
        var kernel = Kernel.find(tree);
        kernel.checkCanMount(Board.Codec.NONE);
        if (reads) {
            kernel.checkCanMount(Board.Codec.LZ4HC);
        } else {
            assertThatThrownBy(() -> kernel.checkCanMount(Board.Codec.LZ4HC))
                    .isInstanceOf(BuildException.class)
                    .hasMessageContaining("large clusters needs Linux 5.13");
        }
    }

    @Test
    void aConfigurationBesideTheModulesCounts() throws Exception {
        Systems.kernel(tree, "6.12", Systems.CONFIG);
        tree.remove("boot/config-6.12");
        tree.putFile("usr/lib/modules/6.12/config", 0644, "CONFIG_X=y\n");
        assertThat(Kernel.find(tree).options()).containsOnlyKeys("CONFIG_X");
    }

    @Test
    void readsInstalledPackagesOnly() throws Exception {
        tree.putFile("var/lib/dpkg/status", 0644, """
                Package: zlib1g
                Status: install ok installed
                Source: zlib (1:1.3)
                Version: 1:1.3+b1
                Architecture: amd64
                Installed-Size: 180
                Description: compression
                 Status: not a field

                Package: gone
                Status: deinstall ok config-files
                Version: 1

                Package: adduser
                Status: install ok installed
                Installed-Size: many
                """);
        assertThat(InstalledPackage.readAll(tree))
                .containsExactly(
                        new InstalledPackage("adduser", "", "", "adduser", 0),
                        new InstalledPackage("zlib1g", "1:1.3+b1", "amd64", "zlib", "1:1.3", "", 180, List.of()));
        assertThat(InstalledPackage.readAll(FileTree.empty())).isEmpty();
    }
}
