package io.bascule.imagebuilder.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.imagebuilder.TinyDisks;
import io.bascule.imagebuilder.erofs.Compression;
import io.bascule.imagebuilder.erofs.ErofsOptions;
import io.bascule.imagebuilder.erofs.ErofsWriter;
import io.bascule.imagebuilder.erofs.read.ErofsInode;
import io.bascule.imagebuilder.erofs.read.ErofsPath;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.fat.FatPlace;
import io.bascule.partitionlayout.fat.FatReader;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.uki.UkiReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnersTest {
    private static final long ESP = TinyDisks.LAYOUT.esp().offset().bytes();
    private static final long USR = TinyDisks.LAYOUT.usr().offset().bytes();
    private static final long VERITY = TinyDisks.LAYOUT.usrVerity().offset().bytes();

    @TempDir
    private Path folder;

    private ReleaseFiles release;

    @BeforeEach
    void write() throws Exception {
        release = TinyDisks.write(folder);
    }

    private static String owners(Path file, long offset) throws Exception {
        try (var device = FileBlockDevice.openReadOnly(file)) {
            return Owners.of(device, offset).stream().map(Owner::describe).collect(Collectors.joining("; "));
        }
    }

    private String onDisk(long offset) throws Exception {
        return owners(release.disk(), offset);
    }

    /** A file system with every kind of structure. */
    private Path richFileSystem() throws Exception {
        var tree = FileTree.empty();
        var noise = new byte[10_000];
        new Random(1).nextBytes(noise);
        put(tree, "bin/noise", Content.of(noise), "");
        put(tree, "bin/text", Content.of("a line\n".repeat(90_000).getBytes(StandardCharsets.UTF_8)), "");
        put(tree, "bin/small", Content.of("small".getBytes(StandardCharsets.UTF_8)), "own");
        put(tree, "bin/labelled", Content.of("labelled".getBytes(StandardCharsets.UTF_8)), "");
        tree.putLink("link", "target");
        for (var i = 0; i < 400; i++) {
            tree.putFile("many/a-rather-long-name-" + i, 0644, "");
        }
        var file = folder.resolve("rich.erofs");
        ErofsWriter.write(
                tree,
                new ErofsOptions(new UUID(1, 2), "usr", TinyDisks.TIME, Compression.DEFAULT, 1),
                folder,
                file,
                (done, total) -> {});
        return file;
    }

    private static void put(FileTree tree, String path, Content content, String own) {
        var xattrs = new TreeMap<Name, byte[]>();
        xattrs.put(Name.of("user.shared"), "the same for all of them".getBytes(StandardCharsets.UTF_8));
        if (!own.isEmpty()) {
            xattrs.put(Name.of("user.own"), own.getBytes(StandardCharsets.UTF_8));
        }
        tree.put(path, new Inode.RegularFile(new Attributes(0755, 0, 0, xattrs), content));
    }

    private static ErofsInode inode(ErofsReader reader, String path) throws Exception {
        return ErofsPath.find(reader, path.getBytes(StandardCharsets.UTF_8), false)
                .orElseThrow()
                .inode();
    }

    @Test
    void everyStructureOfAnErofsIsNamed() throws Exception {
        var file = richFileSystem();
        assertThat(owners(file, 1024 + 36)).isEqualTo("the superblock of the EROFS, byte 36");
        try (var device = FileBlockDevice.openReadOnly(file)) {
            var reader = ErofsReader.open(device);
            assertThat(owners(file, reader.root().offset() + 4)).isEqualTo("the inode of /, byte 4");
            assertThat(owners(file, reader.root().offset() - 1)).startsWith("what is between superblock and inodes");

            var small = inode(reader, "bin/small");
            assertThat(owners(file, small.offset())).isEqualTo("the inode of /bin/small, byte 0");
            assertThat(owners(file, small.offset() + small.coreSize() + 5))
                    .isEqualTo("the extended attributes of /bin/small, byte 5");
            var inline = reader.extents(small).getFirst();
            assertThat(owners(file, inline.address() + 2)).isEqualTo("the data of /bin/small, byte 2");
            var shared = reader.superblock().xattrBlock() * reader.superblock().blockSize();
            assertThat(owners(file, shared + 3)).isEqualTo("the shared extended attributes, byte 3");

            var noise = reader.extents(inode(reader, "bin/noise"));
            assertThat(owners(file, noise.getLast().address() + 7))
                    .isEqualTo(
                            "the data of /bin/noise, byte " + (noise.getLast().fileOffset() + 7));

            var text = inode(reader, "bin/text");
            assertThat(owners(file, text.offset() + text.coreSize() + text.xattrSize() + 20))
                    .startsWith("the index of the compressed data of /bin/text, byte ");
            var second = reader.extents(text).get(1);
            assertThat(owners(file, second.address() + second.storedLength() - 1))
                    .isEqualTo("the data of /bin/text, within bytes " + second.fileOffset() + " to "
                            + (second.end() - 1) + ", which are compressed together");

            var many = reader.extents(inode(reader, "many"));
            assertThat(owners(file, many.getFirst().address() + 4096 + 9)).isEqualTo("the directory /many, byte 4105");
            var link = reader.extents(inode(reader, "link")).getFirst();
            assertThat(owners(file, link.address() + 1)).isEqualTo("the target of the symbolic link /link, byte 1");
        }
        assertThat(owners(file, Files.size(file) + 5))
                .isEqualTo("no file of the EROFS, byte " + (Files.size(file) + 5));
    }

    /** Each byte of the image, so that none makes it fail, and none of those that are not zero is nobody's. */
    @Test
    void everyByteThatSaysSomethingHasAnOwner() throws Exception {
        var file = richFileSystem();
        var bytes = Files.readAllBytes(file);
        var checked = 0;
        for (var at = 1024; at < bytes.length; at += 97) {
            if (bytes[at] != 0) {
                assertThat(owners(file, at)).as("byte %d", at).isNotEmpty().doesNotContain("no file", "cannot be read");
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(100);
    }

    @Test
    void compressedDataThatDifferAreTracedToTheByteOfTheFile() throws Exception {
        try (var first = FileBlockDevice.openReadOnly(release.usr())) {
            var reader = ErofsReader.open(first);
            var extent = reader.extents(inode(reader, "share/file7")).getFirst();
            var owner = Owners.of(first, extent.address() + extent.storedLength() - 1)
                    .getFirst();
            assertThat(owner.name()).isEqualTo("/share/file7");
            assertThat(ErofsOwners.refine(owner, first, first).describe())
                    .startsWith(
                            "the compressed form, whose contents are the same, of /share/file7, within bytes 0 to ");
            var tree = FileTree.empty();
            tree.putFile("share/file7", 0644, "line 7\n".repeat(1000) + "LINE 7\n".repeat(1000));
            var other = folder.resolve("other.erofs");
            ErofsWriter.write(
                    tree,
                    new ErofsOptions(new UUID(1, 2), "usr", TinyDisks.TIME, Compression.DEFAULT, 1),
                    folder,
                    other,
                    (done, total) -> {});
            try (var second = FileBlockDevice.openReadOnly(other)) {
                assertThat(ErofsOwners.refine(owner, first, second).describe())
                        .isEqualTo("the data of /share/file7, byte 7000");
            }
        }
    }

    @Test
    void everyPartOfADiskIsNamed() throws Exception {
        assertThat(onDisk(512 + 24)).isEqualTo("the primary partition table, byte 536");
        assertThat(onDisk(Files.size(release.disk()) - 512 + 16)).startsWith("the backup partition table, byte ");
        assertThat(onDisk(USR + 1024 + 8)).isEqualTo("partition USR-A, byte 1032; the superblock of the EROFS, byte 8");
        assertThat(onDisk(VERITY + 16))
                .isEqualTo("partition USR-A-verity, byte 16; the superblock of the dm-verity hashes, byte 16");
        assertThat(onDisk(USR + Files.size(release.usr()) + 1))
                .startsWith("partition USR-A, byte ")
                .contains("no file of the EROFS");
    }

    @Test
    void everyPartOfTheEspIsNamed() throws Exception {
        assertThat(onDisk(ESP)).contains("partition ESP, byte 0; the boot sector of the FAT, byte 0");
        assertThat(onDisk(ESP + 6 * 512 + 3)).endsWith("the boot sector of the FAT, byte 3");
        assertThat(onDisk(ESP + 512)).endsWith("the sectors in front of the FAT's tables, byte 512");
        try (var disk = FileBlockDevice.openReadOnly(release.disk())) {
            var table = GptReader.read(disk, SectorSize.B512).table();
            var volume = table.open(disk, table.entries().firstEntry().getValue());
            var reader = FatReader.open(volume);
            var areas = new TreeMap<FatPlace.Area, Long>();
            for (var at = 0L; at < volume.size().bytes(); at += 512) {
                areas.putIfAbsent(reader.place(at).area(), at);
            }
            assertThat(areas.keySet()).containsExactlyInAnyOrder(FatPlace.Area.values());
            assertThat(onDisk(ESP + areas.getOrDefault(FatPlace.Area.TABLE, -1L) + 4))
                    .endsWith("the table of the FAT, byte 4");
            assertThat(onDisk(ESP + areas.getOrDefault(FatPlace.Area.FREE, -1L)))
                    .contains("free space of the FAT");
            assertThat(onDisk(ESP + areas.getOrDefault(FatPlace.Area.DIRECTORY, -1L) + 32))
                    .endsWith("the directory /, byte 32");
        }
        var bytes = Files.readAllBytes(release.disk());
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(onDisk(text.indexOf("timeout 0"))).endsWith("the file /loader/loader.conf, byte 0");
        assertThat(onDisk(text.indexOf("quiet usrhash") + 1))
                .contains("; the file /EFI/Linux/tiny_1.0.efi, byte ")
                .endsWith("; the section .cmdline, byte 1");
    }

    @Test
    void everyPartOfAUkiIsNamed() throws Exception {
        assertThat(owners(release.uki(), 0x3C)).isEqualTo("the PE headers, byte 60");
        try (var uki = FileBlockDevice.openReadOnly(release.uki())) {
            var sections = UkiReader.header(uki).sections();
            assertThat(sections).hasSizeGreaterThan(5);
            for (var section : sections) {
                assertThat(owners(release.uki(), section.rawPointer() + 1L))
                        .isEqualTo("the section " + section.name() + ", byte 1");
            }
        }
    }

    @Test
    void everyHashIsNamed() throws Exception {
        assertThat(owners(release.verity(), 9)).isEqualTo("the superblock of the dm-verity hashes, byte 9");
        assertThat(owners(release.verity(), 4096 + 33))
                .isEqualTo("dm-verity hashes, level 0 of 1 from the root down, block 0, hash 1, byte 33");
    }

    @Test
    void whatCannotBeReadIsSaid() throws Exception {
        var file = folder.resolve("nothing");
        Files.write(file, new byte[100_000]);
        assertThat(owners(file, 5)).startsWith("something that cannot be read (MBR");
        var rich = richFileSystem();
        var bytes = Files.readAllBytes(rich);
        try (var device = FileBlockDevice.openReadOnly(rich)) {
            var many = inode(ErofsReader.open(device), "many");
            bytes[(int) many.offset() + 1] = 77;
        }
        Files.write(rich, bytes);
        assertThat(owners(rich, bytes.length - 1L)).contains("something that cannot be read (EROFS ");
    }

    @Test
    void namesCannotDoAnything() {
        assertThat(new Owner(Owner.Kind.EROFS_DATA, "/a\033[2Jb", 0, 1).describe())
                .isEqualTo("the data of /a?[2Jb, byte 0");
    }
}
