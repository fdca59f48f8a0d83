package io.bascule.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.fat.FatContent;
import io.bascule.partitionlayout.fat.FatOptions;
import io.bascule.partitionlayout.fat.FatTree;
import io.bascule.partitionlayout.fat.FatWriter;
import io.bascule.partitionlayout.gpt.GptWriter;
import io.bascule.partitionlayout.layout.Architecture;
import io.bascule.partitionlayout.layout.DiskLayout;
import io.bascule.partitionlayout.layout.DiskSizes;
import io.bascule.partitionlayout.layout.RootHash;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user or a script sees of {@code bascule image convert}, {@code inspect} and {@code verify}. */
class ImageFormatVerbsTest {
    @TempDir
    private Path folder;

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void capture() throws IOException {
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
        writeDisk();
    }

    @AfterEach
    void release() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    /** A disk with a table and an ESP that has no kernel yet. */
    private void writeDisk() throws IOException {
        var layout = new DiskLayout(
                Architecture.X86_64,
                SectorSize.B512,
                DiskSizes.of(ByteCount.ofMiB(40), ByteCount.ofMiB(1), ByteCount.ofMiB(1)));
        try (var disk = FileBlockDevice.create(folder.resolve("disk.raw"), layout.imageSize())) {
            GptWriter.create(disk, layout.imageTable("test", new RootHash("ab".repeat(32))));
            var tree = new FatTree();
            tree.addFile("loader/loader.conf", FatContent.of("timeout 0\n".getBytes(UTF_8)));
            FatWriter.write(
                    layout.esp().open(disk),
                    tree,
                    new FatOptions(
                            DiskLayout.ESP_LABEL, 7, Instant.EPOCH.plusSeconds(1_000_000_000), 2048, SectorSize.B512));
        }
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private String out() {
        return out.toString(UTF_8);
    }

    private String err() {
        return err.toString(UTF_8);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out());
    }

    private int image(String... arguments) {
        out.reset();
        err.reset();
        var all = new String[arguments.length + 1];
        all[0] = "image";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Bascule.run(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"convert", "inspect", "verify"})
    void everyVerbTeaches(String verb) {
        assertThat(image(verb, "--help")).isZero();
        assertThat(out()).startsWith("Usage: bascule image " + verb).contains("Examples:");
    }

    @Test
    void convertsThereAndBack() throws IOException {
        assertThat(image("convert", path("disk.raw"), path("disk.qcow2"), "--json"))
                .as(err())
                .isZero();
        assertThat(json().path("from").asText()).isEqualTo("raw");
        assertThat(json().path("to").asText()).isEqualTo("qcow2");
        assertThat(json().path("outputSize").asLong()).isEqualTo(Files.size(folder.resolve("disk.qcow2")));
        assertThat(image("convert", path("disk.qcow2"), path("copy"), "--format", "raw"))
                .isZero();
        assertThat(out()).startsWith(path("copy") + "  raw, ");
        assertThat(Files.mismatch(folder.resolve("disk.raw"), folder.resolve("copy")))
                .isEqualTo(-1);
    }

    @Test
    void whatIsThereStaysUnlessForced() throws IOException {
        Files.writeString(folder.resolve("disk.vmdk"), "mine");
        assertThat(image("convert", path("disk.raw"), path("disk.vmdk"))).isEqualTo(3);
        assertThat(err()).contains("already", "--force");
        assertThat(folder.resolve("disk.vmdk")).hasContent("mine");
        assertThat(image("convert", path("disk.raw"), path("disk.vmdk"), "--force"))
                .isZero();
        assertThat(image("convert", path("disk.raw"), path("disk.raw"), "--force"))
                .isEqualTo(3);
        assertThat(err()).contains("one file");
    }

    @ParameterizedTest
    @CsvSource({
        "disk.iso, --jobs, 1, 'does not say what it is to be'",
        "disk.raw.xz, --level, 10, 'the levels of raw.xz are 0 to 9'",
        "disk.qcow2, --level, 1, 'is not compressed'",
        "disk.qcow2, --format, vdi, 'no format ''vdi'''",
        "disk.qcow2, --jobs, 0, '--jobs must be from 1'"
    })
    void aWrongCommandLineIsTwo(String name, String option, String value, String problem) {
        assertThat(image("convert", path("disk.raw"), path(name), option, value))
                .isEqualTo(2);
        assertThat(err()).contains(problem);
        assertThat(folder.resolve(name)).doesNotExist();
    }

    @Test
    void whatIsCutOffIsThreeAndSaysWhere() throws IOException {
        assertThat(image("convert", path("disk.raw"), path("disk.qcow2"))).isZero();
        try (var channel = FileChannel.open(folder.resolve("disk.qcow2"), StandardOpenOption.WRITE)) {
            channel.truncate(100_000);
        }
        assertThat(image("convert", path("disk.qcow2"), path("back.raw"))).isEqualTo(3);
        assertThat(err()).contains("disk.qcow2: qcow2: ", "at offset", "what to do:");
        assertThat(folder.resolve("back.raw")).doesNotExist();
        try (var channel = FileChannel.open(folder.resolve("disk.raw"), StandardOpenOption.WRITE)) {
            channel.truncate(1 << 20);
        }
        assertThat(image("convert", path("disk.raw"), path("short.qcow2"))).isEqualTo(3);
        assertThat(err()).contains("disk.raw: GPT header", "the disk has 2048 sectors");
        assertThat(folder.resolve("short.qcow2")).doesNotExist();
        assertThat(image("convert", path("none.raw"), path("back.raw"))).isEqualTo(3);
        assertThat(image("convert", path("disk.raw"), path("no/where.qcow2"))).isEqualTo(3);
        assertThat(err()).contains("there is no folder");
    }

    @Test
    void inspectTells() throws IOException {
        assertThat(image("inspect", path("disk.raw"))).isZero();
        assertThat(out())
                .contains("disk.raw: disk, raw, ", "USR-A-verity  usr-x86-64-verity", "no boot entry starts it")
                .contains("root hash     " + "ab".repeat(32), "no boot entries");
        assertThat(image("inspect", path("disk.raw"), "--json")).isZero();
        assertThat(json().path("kind").asText()).isEqualTo("DISK");
        assertThat(json().path("disk").path("partitions")).hasSize(3);
        assertThat(json().path("disk").path("slots").path(0).path("rootHash").asText())
                .isEqualTo("ab".repeat(32));
        Files.writeString(folder.resolve("text"), "no image");
        assertThat(image("inspect", path("text"))).isEqualTo(3);
    }

    @Test
    void verifySaysWhatItProves() throws IOException {
        assertThat(image("verify", path("disk.raw"))).isZero();
        assertThat(out())
                .contains("both copies have the right CRC-32", "not in use", "WHERE IT COMES FROM WAS NOT CHECKED");
        assertThat(image("verify", path("disk.raw"), "--json")).isZero();
        assertThat(json().path("level").asText()).isEqualTo("checksum");

        try (var channel = FileChannel.open(folder.resolve("disk.raw"), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), 1024 + 5);
        }
        assertThat(image("verify", path("disk.raw"), "--json")).isEqualTo(6);
        assertThat(json().path("verified").asBoolean(true)).isFalse();
        assertThat(err()).contains("partition table: GPT", "at byte ");
    }

    @Test
    void trustNeedsSomethingSigned() {
        assertThat(Bascule.run("keys", "new", "--out", path("k"), "--name", "dev", "--algorithm", "p256"))
                .isZero();
        assertThat(image("verify", path("disk.raw"), "--trust", path("k/keyring.json")))
                .isEqualTo(3);
        assertThat(err()).contains("there is no release.json");
        assertThat(image("verify", folder.toString())).isEqualTo(3);
    }
}
