package io.bascule.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.erofs.Compression;
import io.bascule.imagebuilder.erofs.ErofsOptions;
import io.bascule.imagebuilder.erofs.ErofsProgress;
import io.bascule.imagebuilder.erofs.ErofsWriter;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptWriter;
import io.bascule.partitionlayout.layout.Architecture;
import io.bascule.partitionlayout.layout.DiskLayout;
import io.bascule.partitionlayout.layout.DiskSizes;
import io.bascule.partitionlayout.layout.RootHash;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bascule image ls}, {@code cat} and {@code extract}. */
class ImageVerbsTest {
    @TempDir
    private Path folder = Path.of("");

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String image = "";

    @BeforeEach
    void capture() throws Exception {
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
        var tree = FileTree.empty();
        tree.putFile("lib/os-release", 0644, "ID=test\n");
        tree.putLink("bin/sh", "../lib/os-release");
        tree.putLink("away", "/etc/passwd");
        var xattrs = new TreeMap<>(Map.of(Name.of("user.a"), new byte[] {1}));
        tree.put("bin/su", new Inode.RegularFile(new Attributes(04755, 0, 42, xattrs), Content.of("su")));
        tree.put("null", new Inode.Special(Attributes.rootOwned(0666), Inode.Special.Kind.CHARACTER_DEVICE, 1, 3));
        var file = folder.resolve("x.usr");
        var options =
                new ErofsOptions(new UUID(1, 2), "x", Instant.parse("2026-01-02T03:04:05Z"), Compression.DEFAULT, 1);
        ErofsWriter.write(tree, options, folder, file, ErofsProgress.NONE);
        image = file.toString();
    }

    @AfterEach
    void release() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    private String out() {
        return out.toString(UTF_8);
    }

    private String err() {
        return err.toString(UTF_8);
    }

    private String disk() throws Exception {
        var file = folder.resolve("x.raw");
        var layout = new DiskLayout(
                Architecture.X86_64,
                SectorSize.B512,
                DiskSizes.of(ByteCount.ofMiB(64), ByteCount.ofMiB(4), ByteCount.ofMiB(64)));
        try (var device = FileBlockDevice.create(file, layout.imageSize())) {
            GptWriter.create(device, layout.imageTable("x", new RootHash("ab".repeat(32))));
            device.write(layout.usr().offset().bytes(), ByteBuffer.wrap(Files.readAllBytes(Path.of(image))));
        }
        return file.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "image ls", "image cat", "image extract"})
    void everyVerbTeaches(String verb) {
        assertThat(Bascule.run((verb + " --help").split(" "))).isZero();
        assertThat(out()).startsWith("Usage: bascule " + verb).contains("--help");
        assertThat(err()).isEmpty();
    }

    @Test
    void listsAsPeopleKnowIt() {
        assertThat(Bascule.run("image", "ls", image)).isZero();
        assertThat(out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "lrwxrwxrwx 1 0 0 11 2026-01-02T03:04:05Z away -> /etc/passwd",
                        "drwxr-xr-x 2 0 0 55 2026-01-02T03:04:05Z bin",
                        "drwxr-xr-x 2 0 0 49 2026-01-02T03:04:05Z lib",
                        "crw-rw-rw- 1 0 0 1, 3 2026-01-02T03:04:05Z null");
        out.reset();
        assertThat(Bascule.run("image", "ls", "-R", image, "/bin")).isZero();
        assertThat(out()).contains("-rwsr-xr-x   1     0    42          2 2026-01-02T03:04:05Z bin/su");
        out.reset();
        assertThat(Bascule.run("image", "ls", "-R", image)).isZero();
        assertThat(out().lines()).hasSize(7);
    }

    @Test
    void listsForScripts() throws Exception {
        assertThat(Bascule.run("image", "ls", image, "bin/su", "--json")).isZero();
        var file = new ObjectMapper().readTree(out()).path(0);
        assertThat(file.path("path").asText()).isEqualTo("bin/su");
        assertThat(file.path("type").asText()).isEqualTo("regular");
        assertThat(file.path("mode").asText()).isEqualTo("4755");
        assertThat(file.path("gid").asLong()).isEqualTo(42);
        assertThat(file.path("xattrs").path("user.a").binaryValue()).containsExactly(1);
    }

    @Test
    void aDiskThatWasCutOffIsSaidToBe() throws Exception {
        var disk = Path.of(disk());
        try (var file = FileChannel.open(disk, StandardOpenOption.WRITE)) {
            file.truncate(file.size() / 2);
        }
        assertThat(Bascule.run("image", "ls", disk.toString())).isEqualTo(3);
        assertThat(err())
                .contains("GPT header", "the disk has 72704 sectors", "what to do:")
                .doesNotContain("defect");
    }

    @Test
    void aDiskImageHasSlotA() throws Exception {
        var disk = disk();
        assertThat(Bascule.run("image", "cat", disk, "bin/sh")).isZero();
        assertThat(out()).isEqualTo("ID=test\n");
        assertThat(Bascule.run("image", "cat", disk, "bin/sh", "--slot", "B")).isEqualTo(3);
        assertThat(err()).contains("has no partition USR-B", "what to do: slot B is made at first boot");
    }

    @ParameterizedTest
    @CsvSource({
        "cat nothing, 3, there is no nothing in",
        "cat bin, 3, no regular file",
        "cat away, 3, is a symbolic link to /etc/passwd",
        "ls lib/os-release/x, 3, there is no lib/os-release/x in",
        "ls bin --slot A, 2, it has no slots",
        "extract, 2, --to",
    })
    void aComplaintSaysWhatIsWrong(String command, int code, String complaint) {
        var words = command.split(" ", 2);
        var arguments = ("image " + words[0] + " " + image + (words.length > 1 ? " " + words[1] : "")).split(" ");
        assertThat(Bascule.run(arguments)).isEqualTo(code);
        assertThat(err()).contains(complaint);
    }

    @Test
    void whatIsNoImageIsRefused() throws Exception {
        var file = Files.write(folder.resolve("other"), new byte[10_000]).toString();
        assertThat(Bascule.run("image", "ls", file)).isEqualTo(3);
        assertThat(err()).contains("neither an EROFS image nor a disk image");
        var bytes = Files.readAllBytes(Path.of(image));
        bytes[4000] ^= 1;
        Files.write(Path.of(image), bytes);
        assertThat(Bascule.run("image", "ls", image)).isEqualTo(3);
        assertThat(err()).contains(image + ": EROFS superblock: checksum at offset 1028");
    }

    @Test
    void extractsIntoAFolderAndSaysWhatItLost() throws Exception {
        var to = folder.resolve("to");
        assertThat(Bascule.run("image", "extract", image, "--to", to.toString()))
                .isZero();
        assertThat(to.resolve("bin/sh")).hasContent("ID=test");
        assertThat(to.resolve("null")).doesNotExist();
        assertThat(err())
                .contains(
                        "1 devices, pipes and sockets left out",
                        "1 files without their extended attributes",
                        "1 files without their set-uid",
                        "--tar keeps all but sockets");
        assertThat(Bascule.run("image", "extract", image, "--to", to.toString()))
                .isEqualTo(3);
        assertThat(err()).contains("is there already");
    }

    @Test
    void extractsIntoATar() throws Exception {
        var to = folder.resolve("to.tar");
        assertThat(Bascule.run("image", "extract", image, "--tar", to.toString(), "bin", "--json"))
                .isZero();
        assertThat(new ObjectMapper().readTree(out()).path("files").asInt()).isEqualTo(4);
        assertThat(Files.readString(to, StandardCharsets.ISO_8859_1))
                .contains("bin/su", "SCHILY.xattr.user.a=")
                .doesNotContain("ID=test");
        assertThat(folder.resolve("to.tar.partial")).doesNotExist();
    }
}
