package io.bascule.imagebuilder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.imagebuilder.image.UserIds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseManifestTest {
    private static final String EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @TempDir
    private Path folder;

    private ReleaseFiles release;

    @BeforeEach
    void write() throws Exception {
        release = new ReleaseFiles(folder, "board", "1.0~rc1");
        Files.writeString(release.disk(), "disk");
        Files.writeString(release.usr(), "");
        Files.writeString(release.verity(), "verity");
        Files.writeString(release.uki(), "uki");
        ReleaseManifest.writePackages(release, List.of(new InstalledPackage("zlib1g", "1:1.3", "amd64", "zlib", 180)));
        var ids = new UserIds(
                new TreeMap<>(Map.of("root", new UserIds.User(0, 0, "", "/root", "/bin/sh"))),
                new TreeMap<>(
                        Map.of("users", new UserIds.Group(100, List.of()), "adm", new UserIds.Group(4, List.of()))));
        ReleaseManifest.writeRelease(
                release,
                new ReleaseManifest.Facts(
                        Instant.ofEpochSecond(1_700_000_000), "ab".repeat(32), "cd", "zstd", "6.12", "quiet", ids));
        ReleaseManifest.writeChecksums(release);
    }

    @Test
    void describesTheReleaseInEveryField() throws Exception {
        var json = new ObjectMapper().readTree(release.releaseJson().toFile());
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "format", "board", "version", "architecture", "buildTime", "usr", "kernel", "files", "ids");
        assertThat(json.get("format").asInt()).isEqualTo(1);
        assertThat(json.get("buildTime").asText()).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(json.get("usr"))
                .hasToString("{\"rootHash\":\"" + "ab".repeat(32) + "\",\"salt\":\"cd\",\"encoder\":\"zstd\"}");
        assertThat(json.get("kernel")).hasToString("{\"release\":\"6.12\",\"commandLine\":\"quiet\"}");
        assertThat(json.get("ids")).hasToString("{\"users\":{\"root\":0},\"groups\":{\"adm\":4,\"users\":100}}");
        assertThat(json.get("files").findValuesAsText("name"))
                .containsExactly(
                        "board_1.0~rc1.raw",
                        "board_1.0~rc1.usr.erofs",
                        "board_1.0~rc1.usr.verity",
                        "board_1.0~rc1.efi",
                        "packages.json");
        assertThat(json.get("files").get(1))
                .hasToString("{\"name\":\"board_1.0~rc1.usr.erofs\",\"size\":0,\"sha256\":\"" + EMPTY_SHA256 + "\"}");
    }

    @Test
    void listsThePackages() throws Exception {
        assertThat(release.packagesJson()).hasContent("""
                {
                  "format" : 1,
                  "board" : "board",
                  "version" : "1.0~rc1",
                  "packages" : [
                    {
                      "name" : "zlib1g",
                      "version" : "1:1.3",
                      "architecture" : "amd64",
                      "source" : "zlib",
                      "installedSizeKiB" : 180
                    }
                  ]
                }
                """);
    }

    @Test
    void sha256sumVerifiesEveryFileOfTheRelease() throws Exception {
        var said = ExternalTool.require("sha256sum").run(folder, "--check", "--strict", ReleaseFiles.CHECKSUMS);
        try (var files = Files.list(folder)) {
            assertThat(said.lines())
                    .containsExactlyInAnyOrderElementsOf(files.map(file -> file.getFileName() + ": OK")
                            .filter(line -> !line.startsWith(ReleaseFiles.CHECKSUMS))
                            .toList());
        }
    }
}
