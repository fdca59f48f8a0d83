package io.bascule.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.fat.FatReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a release engineer sees of a configuration before a host does. */
class ConfigCheckTest {
    @TempDir
    private Path folder = Path.of("");

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    @Test
    void saysWhatAFileWouldDo() throws Exception {
        var file = Files.writeString(folder.resolve("tower.yaml"), "#cloud-config\nhostname: tower\n");

        assertThat(Bascule.run("config", "check", file.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("hostname tower\n" + file + " is understood: 1 thing to do\n");
    }

    @Test
    void saysWhereAFileIsWrong() throws Exception {
        var file = Files.writeString(
                folder.resolve("tower.ign"), "{\"ignition\": {\"version\": \"3.4.0\"},\n \"disks\": []}");

        assertThat(Bascule.run("config", "check", file.toString())).isEqualTo(3);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("bascule: tower.ign:2: /disks: unknown key")
                .contains("what to do: docs/first-boot.md");
    }

    @Test
    void readsAFolderLikeADrive() throws Exception {
        Files.writeString(folder.resolve("meta-data"), "local-hostname: tower\n");

        assertThat(Bascule.run("config", "check", folder.toString(), "--json")).isZero();
        var json = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
        assertThat(json.path("items").get(0).asText()).isEqualTo("hostname tower");
    }

    @Test
    void whatIsNotThereIsBadInput() {
        assertThat(Bascule.run("config", "check", folder.resolve("nothing").toString()))
                .isEqualTo(3);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("there is no configuration");
    }

    @Test
    void aDriveHasTheFilesOfItsFolderAndTheLabelOfItsKind() throws Exception {
        var file = folder.resolve("drive/openstack/latest/meta_data.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{}");
        var image = folder.resolve("drive.img");

        FirstBootInput.writeDrive(folder.resolve("drive"), image);

        try (var volume = FileBlockDevice.openReadOnly(image)) {
            assertThat(FatReader.open(volume).list("openstack/latest"))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.name()).isEqualTo("meta_data.json"));
        }
        assertThat(new String(Files.readAllBytes(image), 71, 11, StandardCharsets.US_ASCII))
                .isEqualTo("CONFIG-2   ");
    }
}
