package io.bascule.imagebuilder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.payload.PartitionUpdate;
import io.bascule.payload.PayloadVerifier;
import io.bascule.signing.KeyId;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.release.FileKind;
import io.bascule.signing.release.ReleaseFile;
import io.bascule.signing.release.ReleaseReader;
import io.bascule.testsupport.ExternalTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
        Files.writeString(release.sbom(), "{}");
        ReleaseManifest.writeRelease(release, SignedReleases.facts(), List.of(), List.of(), Optional.empty());
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
        assertThat(json.get("files").findValuesAsText("kind"))
                .containsExactly("disk", "usr", "usr-verity", "uki", "packages", "sbom");
        assertThat(json.get("files").findValuesAsText("name"))
                .containsExactly(
                        "board_1.0~rc1.raw",
                        "board_1.0~rc1.usr.erofs",
                        "board_1.0~rc1.usr.verity",
                        "board_1.0~rc1.efi",
                        "packages.json",
                        "board_1.0~rc1.cdx.json");
        assertThat(json.get("files").get(1))
                .hasToString("{\"kind\":\"usr\",\"name\":\"board_1.0~rc1.usr.erofs\",\"size\":0,\"sha256\":\""
                        + EMPTY_SHA256 + "\"}");
    }

    @Test
    void saysWhatItWasMadeFrom() throws Exception {
        var facts = SignedReleases.facts();
        ReleaseManifest.writeRelease(
                release,
                new ReleaseManifest.Facts(
                        facts.buildTime(),
                        facts.rootHash(),
                        facts.salt(),
                        facts.encoder(),
                        facts.kernelRelease(),
                        facts.kernelCommandLine(),
                        facts.ids(),
                        new ReleaseManifest.Origin(
                                Optional.of(EMPTY_SHA256), List.of("cd".repeat(32), "ab".repeat(32))),
                        Optional.empty()),
                List.of(),
                List.of(),
                Optional.empty());
        var json = new ObjectMapper().readTree(release.releaseJson().toFile());
        assertThat(json.get("lock").asText()).isEqualTo(EMPTY_SHA256);
        assertThat(json.get("previous")).hasToString("[\"" + "cd".repeat(32) + "\",\"" + "ab".repeat(32) + "\"]");
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
    void aSignedReleaseIsWhatAHostReads() throws Exception {
        var signing = SignedReleases.write(release, SignedReleases.KEY, SignedReleases.SECOND_KEY);
        var json = Files.readAllBytes(release.releaseJson());

        var read = ReleaseReader.read(json, signing.trusted(), SignedReleases.EXPIRES.minusSeconds(1));
        assertThat(read.board()).isEqualTo("board");
        assertThat(read.version()).hasToString("1.0~rc1");
        assertThat(read.architecture()).isEqualTo("x86-64");
        assertThat(read.expires()).isEqualTo("2027-01-01T00:00:00Z");
        assertThat(read.kernelCommandLine()).isEqualTo("quiet");
        assertThat(read.files())
                .extracting(ReleaseFile::kind)
                .containsExactly(Stream.concat(Stream.of(FileKind.values()), Stream.of(FileKind.EXPORT))
                        .filter(kind -> kind != FileKind.DELTA)
                        .toArray(FileKind[]::new));
        assertThat(read.files().getLast().name()).isEqualTo("board_1.0~rc1.raw.zst");
        assertThat(read.identity()).hasToString(Digests.sha256Hex(release.uki()));
        assertThat(new ObjectMapper().readTree(json).get("signatures").findValuesAsText("key"))
                .containsExactly(
                        KeyId.of(SignedReleases.KEY.getPublic()).toString(),
                        KeyId.of(SignedReleases.SECOND_KEY.getPublic()).toString());
        sha256sumVerifies();
    }

    @Test
    void thePayloadHoldsTheFilesOfTheRelease() throws Exception {
        var signing = SignedReleases.write(release, SignedReleases.KEY);
        var read = ReleaseReader.read(Files.readAllBytes(release.releaseJson()), signing.trusted(), Instant.EPOCH);
        try (var in = Files.newInputStream(release.payload())) {
            var verified = PayloadVerifier.verify(in, signing.trusted());
            assertThat(verified.comparedAll()).isTrue();
            var partitions = verified.manifest().partitions();
            assertThat(partitions).extracting(PartitionUpdate::name).containsExactly("usr", "usr-verity", "uki");
            var kinds = List.of(FileKind.USR, FileKind.USR_VERITY, FileKind.UKI);
            for (var i = 0; i < kinds.size(); i++) {
                var file = read.file(kinds.get(i)).orElseThrow();
                assertThat(partitions.get(i).size().bytes()).isEqualTo(file.size());
                assertThat(partitions.get(i).hash()).isEqualTo(file.sha256());
            }
        }
    }

    @Test
    void aDeltaIsNamedWithTheReleaseThatItStartsFrom(@TempDir Path other) throws Exception {
        var old = new ReleaseFiles(other, "board", "0.9");
        SignedReleases.write(old, SignedReleases.KEY);
        var signing = SignedReleases.write(release, SignedReleases.KEY);
        String rootHash;
        Path delta;
        try (var parts = ReleaseParts.open(other)) {
            rootHash = parts.release().rootHash();
            delta = release.delta(parts.release().version().text());
            ReleasePayload.write(
                    release,
                    delta,
                    Optional.of(parts),
                    "none",
                    signing.signers(),
                    1,
                    ResultCache.none(),
                    (done, total) -> {});
        }
        ReleaseManifest.writeRelease(
                release,
                SignedReleases.facts(),
                List.of(),
                List.of(new ReleaseManifest.Delta(delta, rootHash)),
                Optional.of(signing));

        var now = SignedReleases.EXPIRES.minusSeconds(1);
        var read = ReleaseReader.read(Files.readAllBytes(release.releaseJson()), signing.trusted(), now);
        assertThat(read.deltaFrom(rootHash).orElseThrow().name()).isEqualTo("board_1.0~rc1_from_0.9.payload");
        assertThat(read.deltaFrom("00".repeat(32))).isEmpty();
        var folder = release.folder();
        assertThat(ReleaseCheck.run(folder, signing.trusted(), now, new SilentListener()))
                .isEqualTo(read);

        // Signed by the right key, and of another release.
        Files.copy(old.payload(), delta, StandardCopyOption.REPLACE_EXISTING);
        Files.write(old.usr(), new byte[] {1});
        assertThatThrownBy(() -> ReleaseCheck.run(folder, signing.trusted(), now, new SilentListener()))
                .isInstanceOf(ReleaseCheck.FailedException.class)
                .hasMessageContaining("board_1.0~rc1_from_0.9.payload has ");
        assertThatThrownBy(() -> ReleaseParts.open(other).close())
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("board_0.9.usr.erofs has SHA-256 ");
    }

    @Test
    void theImageKnowsWhatItIs() throws Exception {
        assertThat(new ObjectMapper().readTree(ReleaseManifest.board(release, Instant.EPOCH)))
                .hasToString("{\"format\":1,\"board\":\"board\",\"version\":\"1.0~rc1\","
                        + "\"architecture\":\"x86-64\",\"buildTime\":\"1970-01-01T00:00:00Z\"}");
    }

    @Test
    void whatHostsWouldRefuseIsNotWritten() throws Exception {
        var signing = SignedReleases.write(release, SignedReleases.KEY);
        Files.delete(release.releaseJson());
        assertThatThrownBy(() -> ReleaseManifest.writeRelease(
                        release, SignedReleases.facts("j\u00fcrgen"), List.of(), List.of(), Optional.of(signing)))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("hosts would refuse");
        assertThat(release.releaseJson()).doesNotExist();
    }

    @Test
    void refusesKeysThatTheKeyringDoesNotTrust() throws Exception {
        var ring = SignedReleases.keyring(SignedReleases.KEY, SignedReleases.SECOND_KEY);
        assertThatThrownBy(() ->
                        ReleaseSigning.of(SignedReleases.signers(SignedReleases.FOREIGN), ring, SignedReleases.EXPIRES))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("signed by 1 of its keys, and 0 of those given");
        assertThatThrownBy(() -> ReleaseSigning.of(
                        SignedReleases.signers(SignedReleases.KEY, SignedReleases.KEY), ring, SignedReleases.EXPIRES))
                .hasMessageContaining("the same key twice");
        assertThatThrownBy(() -> ReleaseSigning.of(List.of(), ring, SignedReleases.EXPIRES))
                .hasMessageContaining("none at all");
        var both = new String(ring, UTF_8)
                .replace("\"threshold\" : 1", "\"threshold\" : 2")
                .getBytes(UTF_8);
        assertThatThrownBy(() -> ReleaseSigning.of(
                        SignedReleases.signers(SignedReleases.KEY, SignedReleases.FOREIGN),
                        both,
                        SignedReleases.EXPIRES))
                .hasMessageContaining("signed by 2 of its keys, and 1 of those given");
        assertThat(ReleaseSigning.of(
                                SignedReleases.signers(
                                        SignedReleases.KEY, SignedReleases.SECOND_KEY, SignedReleases.FOREIGN),
                                both,
                                SignedReleases.EXPIRES)
                        .signers())
                .hasSize(3);
        assertThatThrownBy(() -> ReleaseSigning.of(
                        SignedReleases.signers(SignedReleases.KEY), new byte[0], SignedReleases.EXPIRES))
                .isInstanceOf(MalformedDocumentException.class);
    }

    @Test
    void sha256sumVerifiesEveryFileOfTheRelease() throws Exception {
        sha256sumVerifies();
    }

    private void sha256sumVerifies() throws Exception {
        var said = ExternalTool.require("sha256sum").run(folder, "--check", "--strict", ReleaseFiles.CHECKSUMS);
        try (var files = Files.list(folder)) {
            assertThat(said.lines())
                    .containsExactlyInAnyOrderElementsOf(files.map(file -> file.getFileName() + ": OK")
                            .filter(line -> !line.startsWith(ReleaseFiles.CHECKSUMS))
                            .toList());
        }
    }
}
