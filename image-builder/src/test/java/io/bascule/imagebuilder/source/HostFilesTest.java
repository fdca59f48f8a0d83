package io.bascule.imagebuilder.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bascule.imagebuilder.Trees;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostFilesTest {
    @TempDir
    private Path folder;

    private FileTree read() throws IOException {
        var tree = FileTree.empty();
        HostFiles.addAll(folder, tree, "usr/target");
        return tree;
    }

    @ParameterizedTest
    @CsvSource({"rw-------, 644", "rw-rw-rw-, 644", "rwx------, 755", "rwxrwxrwx, 755", "rw-r-xr-x, 644"})
    void takesOfTheModeOnlyWhetherTheOwnerMayExecute(String mode, String permissions) throws Exception {
        Files.writeString(folder.resolve("file"), "text");
        Files.setPosixFilePermissions(folder.resolve("file"), PosixFilePermissions.fromString(mode));
        var tree = read();
        var attributes = Trees.at(tree, "usr/target/file").attributes();
        assertThat(Integer.toOctalString(attributes.permissions())).isEqualTo(permissions);
        assertThat(attributes.uid()).isZero();
        assertThat(Trees.text(tree, "usr/target/file")).isEqualTo("text");
    }

    @Test
    void keepsLinksAsTheyAre() throws Exception {
        Files.createSymbolicLink(folder.resolve("up"), Path.of("../../etc/nowhere"));
        Files.createSymbolicLink(folder.resolve("absolute"), Path.of("/not/there"));
        Files.createSymbolicLink(folder.resolve("folder"), Path.of("empty"));
        Files.createDirectory(folder.resolve("empty"));
        var tree = read();
        assertThat(Trees.link(tree, "usr/target/up")).isEqualTo("../../etc/nowhere");
        assertThat(Trees.link(tree, "usr/target/absolute")).isEqualTo("/not/there");
        assertThat(Trees.link(tree, "usr/target/folder")).isEqualTo("empty");
        assertThat(Trees.at(tree, "usr/target/empty")).isInstanceOf(Inode.Directory.class);
    }

    @Test
    void readsAFolderThatIsItselfALink() throws Exception {
        Files.writeString(Files.createDirectory(folder.resolve("real")).resolve("file"), "");
        Files.createSymbolicLink(folder.resolve("link"), Path.of("real"));
        var tree = FileTree.empty();
        HostFiles.addAll(folder.resolve("link"), tree, "");
        assertThat(tree.find("file")).isPresent();
    }

    @Test
    void keepsNamesThatAreNotUtf8() throws Exception {
        ExternalTool.require("sh")
                .run(
                        folder,
                        "-c",
                        "mkdir \"$(printf 'd\\377%%')\" && ln -s \"$(printf '../t\\376')\" \"$(printf 'd\\377%%/l\\375')\"");
        var directory = Name.of(new byte[] {'d', (byte) 0xFF, '%'});
        var found = read().find(
                        List.of(Name.of("usr"), Name.of("target"), directory, Name.of(new byte[] {'l', (byte) 0xFD})));
        assertThat(found)
                .get()
                .isInstanceOfSatisfying(
                        Inode.Symlink.class,
                        link -> assertThat(link.target())
                                .isEqualTo(Name.of(new byte[] {'.', '.', '/', 't', (byte) 0xFE})));
    }

    @Test
    void goesOverWhatIsThereAndThroughItsLinks() throws Exception {
        Files.writeString(Files.createDirectory(folder.resolve("bin")).resolve("tool"), "new");
        var tree = FileTree.empty();
        tree.putFile("usr/bin/tool", 0755, "old");
        tree.putLink("bin", "usr/bin");
        HostFiles.addAll(folder, tree, "");
        assertThat(Trees.text(tree, "usr/bin/tool")).isEqualTo("new");
    }

    @Test
    void refusesSpecialFiles() throws Exception {
        ExternalTool.require("mkfifo").run(folder, "pipe");
        assertThatThrownBy(this::read)
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("pipe is neither a file, a folder nor a symbolic link");
    }

    @ParameterizedTest
    @CsvSource({"file, ---------", "folder, ---------"})
    void namesWhatCannotBeRead(String name, String mode) throws Exception {
        var file = folder.resolve(name);
        if (name.equals("file")) {
            Files.writeString(file, "");
        } else {
            Files.createDirectory(file);
        }
        var before = Files.getPosixFilePermissions(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        try {
            assumeTrue(!Files.isReadable(file), "skipped: this user (root?) can read everything");
            assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageContaining(name);
        } finally {
            Files.setPosixFilePermissions(file, before);
        }
    }
}
