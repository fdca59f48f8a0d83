package io.bascule.imagebuilder.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.erofs.read.ErofsPath;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.extract.FolderExtraction;
import io.bascule.imagebuilder.extract.TarExtraction;
import io.bascule.imagebuilder.source.Spool;
import io.bascule.imagebuilder.source.TarReader;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.testsupport.ExternalTool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of images, in tars and folders. */
class ExtractionTest {
    private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);

    @TempDir
    private Path folder;

    private byte[] image(FileTree tree) throws IOException {
        var file = folder.resolve("image");
        var options = new ErofsOptions(new UUID(1, 2), "x", TIME, Compression.DEFAULT, 1);
        ErofsWriter.write(tree, options, folder, file, ErofsProgress.NONE);
        return Files.readAllBytes(file);
    }

    private static ErofsReader reader(byte[] image) throws IOException {
        return ErofsReader.open(new MemoryBlockDevice(image));
    }

    private static List<ErofsPath> paths(ErofsReader reader, String... paths) throws IOException {
        var found = new ArrayList<ErofsPath>();
        for (var path : paths) {
            found.add(find(reader, path));
        }
        return found;
    }

    private static ErofsPath find(ErofsReader reader, String path) throws IOException {
        return ErofsPath.find(reader, path.getBytes(StandardCharsets.UTF_8), false)
                .orElseThrow();
    }

    /** All kinds of inodes, names of any bytes, extended attributes, large owners: only the socket is missing. */
    @Test
    void aTarHoldsEverything() throws Exception {
        var tree = SampleTrees.everything();
        var reader = reader(image(tree));
        var tar = new ByteArrayOutputStream();
        var result = TarExtraction.write(reader, paths(reader, ""), tar);
        assertThat(result.missing()).containsExactly("1 devices, pipes and sockets left out");
        tree.remove("dev/socket");
        var again = FileTree.empty();
        try (var spool = Spool.in(folder)) {
            TarReader.read(new ByteArrayInputStream(tar.toByteArray()), spool, again, count -> {});
            TreeDescription.assertSame(TreeDescription.of(again, TIME), TreeDescription.of(tree, TIME));
        }
    }

    @Test
    void gnuTarReadsTheTar() throws Exception {
        var gnuTar = ExternalTool.require("tar");
        var tree = FileTree.empty();
        tree.putFile("d/" + "n".repeat(150), 0640, "text");
        tree.putLink("link", "t".repeat(150));
        var hard = new Inode.RegularFile(
                new Attributes(04755, 5_000_000, 6, Collections.emptySortedMap()), Content.of(""));
        tree.put("hard", hard);
        tree.put("z", hard);
        tree.put("null", new Inode.Special(Attributes.rootOwned(0600), Inode.Special.Kind.CHARACTER_DEVICE, 259, 300));
        var reader = reader(image(tree));
        var tar = folder.resolve("x.tar");
        try (var out = Files.newOutputStream(tar)) {
            TarExtraction.write(reader, paths(reader, ""), out);
        }
        assertThat(gnuTar.run("--utc", "--numeric-owner", "-tvf", tar.toString())
                        .lines())
                .containsExactly(
                        "drwxr-xr-x 0/0               0 2023-11-14 22:13 ./",
                        "drwxr-xr-x 0/0               0 2023-11-14 22:13 d/",
                        "-rw-r----- 0/0               4 2023-11-14 22:13 d/" + "n".repeat(150),
                        "-rwsr-xr-x 5000000/6         0 2023-11-14 22:13 hard",
                        "lrwxrwxrwx 0/0               0 2023-11-14 22:13 link -> " + "t".repeat(150),
                        "crw------- 0/0         259,300 2023-11-14 22:13 null",
                        "hrwsr-xr-x 5000000/6         0 2023-11-14 22:13 z link to hard");
    }

    @Test
    void aFolderGetsWhatItCanHold() throws Exception {
        var tree = SampleTrees.everything();
        tree.putFile("locked/file", 0400, "secret");
        tree.putDirectory(FileTree.components("locked".getBytes(StandardCharsets.UTF_8)), Attributes.rootOwned(0555));
        tree.remove("symlinks");
        tree.remove("names");
        var reader = reader(image(tree));
        var to = folder.resolve("out");
        var result = FolderExtraction.write(reader, paths(reader, ""), to);
        assertThat(result.devices()).isEqualTo(5);
        assertThat(result.xattrs()).isEqualTo(13);
        assertThat(result.modes()).isEqualTo(5);
        assertThat(result.names()).isZero();
        assertThat(to.resolve("files/long-text")).hasBinaryContent(SampleTrees.text(5_000_001, 1));
        assertThat(Files.getLastModifiedTime(to.resolve("locked")).toInstant()).isEqualTo(TIME);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(to.resolve("locked"))))
                .isEqualTo("r-xr-xr-x");
        assertThat(Files.isSameFile(to.resolve("hard/a"), to.resolve("before-hard")))
                .isTrue();
        assertThat(Files.readSymbolicLink(to.resolve("xattrs/link"))).hasToString("target");
        Files.setPosixFilePermissions(to.resolve("locked"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void namesThatAreNoTextAreLeftOutWithAllBelow() throws Exception {
        var tree = FileTree.empty();
        tree.put(List.of(Name.of(new byte[] {-1}), Name.of("a")), SampleTrees.file(new byte[1], Map.of()));
        tree.put("link", new Inode.Symlink(Attributes.rootOwned(0777), Name.of(new byte[] {-1})));
        tree.putFile("kept", 0644, "");
        var reader = reader(image(tree));
        var result = FolderExtraction.write(reader, paths(reader, ""), folder.resolve("out"));
        assertThat(result.missing()).anyMatch(line -> line.startsWith("2 files left out whose names"));
        try (var files = Files.list(folder.resolve("out"))) {
            assertThat(files).containsExactly(folder.resolve("out/kept"));
        }
    }

    @Test
    void onlyWhatWasAskedForComesWithTheFoldersAbove() throws Exception {
        var tree = FileTree.empty();
        tree.putFile("a/b/c", 0644, "");
        tree.putFile("a/b/d/e", 0644, "");
        tree.putFile("a/x", 0644, "");
        tree.putFile("z", 0644, "");
        var reader = reader(image(tree));
        var to = folder.resolve("out");
        FolderExtraction.write(reader, paths(reader, "a/b/c", "/z", "a/b", "a/b"), to);
        try (var files = Files.walk(to)) {
            assertThat(files.map(file -> to.relativize(file).toString()))
                    .containsExactlyInAnyOrder("", "a", "a/b", "a/b/c", "a/b/d", "a/b/d/e", "z");
        }
    }

    /** A link in the image cannot lead what comes after it out of the folder, for a name is there once. */
    @Test
    void linksAreMadeAndNeverFollowed() throws Exception {
        var outside = Files.createDirectory(folder.resolve("outside"));
        var tree = FileTree.empty();
        tree.putLink("link", outside.toString());
        tree.putLink("link-up", "../outside");
        var reader = reader(image(tree));
        FolderExtraction.write(reader, paths(reader, ""), folder.resolve("out"));
        assertThat(Files.isSymbolicLink(folder.resolve("out/link"))).isTrue();
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void nothingIsThereAfterAFailure() throws Exception {
        var tree = FileTree.empty();
        tree.putFile("a", 0644, "first");
        tree.put("b", SampleTrees.file(SampleTrees.text(50_000, 1), Map.of()));
        var image = image(tree);
        var extent = reader(image).extents(find(reader(image), "b").inode()).getFirst();
        Arrays.fill(image, (int) extent.address(), (int) (extent.address() + extent.storedLength()), (byte) 7);
        var reader = reader(image);
        assertThatThrownBy(() -> FolderExtraction.write(reader, paths(reader, ""), folder.resolve("out")))
                .isInstanceOf(MalformedFormatException.class);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("image"));
        }
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        var reader = reader(image(FileTree.empty()));
        Files.createSymbolicLink(folder.resolve("out"), folder.resolve("nowhere"));
        assertThatThrownBy(() -> FolderExtraction.write(reader, paths(reader, ""), folder.resolve("out")))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Files.exists(folder.resolve("nowhere"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void pathsAreFollowedInsideTheImageOnly() throws Exception {
        var tree = FileTree.empty();
        tree.putFile("a/file", 0644, "text");
        tree.putLink("to-a", "a");
        tree.putLink("a/up", "../../../a/file");
        tree.putLink("absolute", "/a/file");
        tree.putLink("loop", "loop/x");
        tree.putLink("away", "/etc/passwd");
        var reader = reader(image(tree));
        for (var path : List.of("a/file", "/to-a/file", "to-a/up", "absolute", "./a//file", "../a/../a/file")) {
            assertThat(ErofsPath.find(reader, path.getBytes(StandardCharsets.UTF_8), true))
                    .as(path)
                    .hasValueSatisfying(found -> assertThat(found).hasToString("a/file"));
        }
        for (var path : List.of("loop", "away", "a/file/x", "nothing")) {
            assertThat(ErofsPath.find(reader, path.getBytes(StandardCharsets.UTF_8), true))
                    .as(path)
                    .isEmpty();
        }
        assertThat(find(reader, "absolute")).hasToString("absolute");
    }
}
