package io.bascule.imagebuilder.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bascule.imagebuilder.Trees;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that GNU tar made are read as what they were made from. */
class TarOracleTest {
    /** Longer than a header has room for, and than the prefix of ustar can be split for the last. */
    private static final String LONG = "folder/" + "l".repeat(90) + "/" + "o".repeat(90);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"pax", "gnu", "ustar"})
    void readsWhatGnuTarWrites(String format) throws Exception {
        var tar = ExternalTool.require("tar");
        var from = sample();
        var archive = folder.resolve("archive.tar");
        tar.run(folder, "--format=" + format, "-C", from.toString(), "-cf", archive.toString(), ".");
        var tree = FileTree.empty();
        try (var spool = Spool.in(folder);
                var in = Files.newInputStream(archive)) {
            TarReader.read(in, spool, tree, count -> {});
            assertThat(Trees.text(tree, LONG)).isEqualTo("long");
            assertThat(Trees.text(tree, "big")).isEqualTo("b".repeat(100_000));
            assertThat(Trees.at(tree, "same")).isSameAs(Trees.at(tree, "big"));
            assertThat(Trees.link(tree, "link")).isEqualTo("folder/nowhere");
            assertThat(Trees.at(tree, "folder").attributes().permissions()).isEqualTo(0711);
            assertThat(Trees.at(tree, "big").attributes().permissions()).isEqualTo(0604);
            assertThat(Trees.at(tree, "big").attributes().uid())
                    .isEqualTo((long) (int) Files.getAttribute(from.resolve("big"), "unix:uid"));
            assertThat(((Inode.Special) Trees.at(tree, "pipe")).kind()).isEqualTo(Inode.Special.Kind.FIFO);
            assertThat(tree.root().children()).hasSize(6);
        }
    }

    @Test
    void readsExtendedAttributesThatGnuTarWrites() throws Exception {
        var tar = ExternalTool.require("tar");
        var from = sample();
        var value = new byte[] {1, 0, '\n', (byte) 0xFF, '=', 0};
        var view = Files.getFileAttributeView(from.resolve("big"), UserDefinedFileAttributeView.class);
        try {
            view.write("odd=%name", ByteBuffer.wrap(value));
        } catch (IOException e) {
            assumeTrue(false, "skipped: the file system of temporary files has no extended attributes: " + e);
        }
        var archive = folder.resolve("archive.tar");
        tar.run(
                folder,
                "--format=pax",
                "--xattrs",
                "--xattrs-include=*",
                "-C",
                from.toString(),
                "-cf",
                archive.toString(),
                ".");
        var tree = FileTree.empty();
        try (var spool = Spool.in(folder);
                var in = Files.newInputStream(archive)) {
            TarReader.read(in, spool, tree, count -> {});
        }
        assertThat(Trees.at(tree, "big").attributes().xattrs().get(Name.of("user.odd=%name")))
                .isEqualTo(value);
    }

    private Path sample() throws Exception {
        var from = Files.createDirectory(folder.resolve("from"));
        Files.createDirectories(from.resolve(LONG).getParent());
        Files.writeString(from.resolve(LONG), "long");
        Files.write(from.resolve("big"), "b".repeat(100_000).getBytes(StandardCharsets.UTF_8));
        Files.createLink(from.resolve("same"), from.resolve("big"));
        Files.createSymbolicLink(from.resolve("link"), Path.of("folder/nowhere"));
        Files.writeString(from.resolve("a b"), "");
        Files.setPosixFilePermissions(from.resolve("folder"), PosixFilePermissions.fromString("rwx--x--x"));
        Files.setPosixFilePermissions(from.resolve("big"), PosixFilePermissions.fromString("rw----r--"));
        ExternalTool.require("mkfifo").run(from, "pipe");
        return from;
    }
}
