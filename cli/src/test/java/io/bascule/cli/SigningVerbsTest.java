package io.bascule.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.payload.PartitionImage;
import io.bascule.payload.PayloadWriter;
import io.bascule.signing.KeyFile;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.SignedDocument;
import io.bascule.signing.Signer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user or a script sees of keys, payload, release, and build's options about signatures. */
class SigningVerbsTest {
    private static final String BOARD = """
            name: small
            description: for tests
            debian:
              suite: trixie
              packages: [systemd]
            sizes: {usr: 256M}
            """;

    @TempDir
    private Path folder;

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
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

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out());
    }

    /** Runs a command that must succeed, and forgets what it said. */
    private void prepare(String... arguments) {
        assertThat(Bascule.run(arguments)).as(err()).isZero();
        out.reset();
        err.reset();
    }

    private String path(String... names) {
        return folder.resolve(String.join("/", names)).toString();
    }

    private void newKeys(String where) {
        prepare("keys", "new", "--out", path(where), "--name", "dev", "--algorithm", "p256");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keys",
                "keys new",
                "keys show",
                "payload",
                "payload inspect",
                "payload verify",
                "release",
                "release verify"
            })
    void everyVerbTeaches(String verb) {
        assertThat(Bascule.run((verb + " --help").split(" "))).isZero();
        assertThat(out()).startsWith("Usage: bascule " + verb).contains("--help");
        assertThat(err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"keys", "payload", "release", "payload verify", "keys shw"})
    void aWrongCommandLineIsTwo(String verb) {
        assertThat(Bascule.run(verb.split(" "))).isEqualTo(2);
    }

    @Test
    void newKeysAreExplainedAndShown() throws IOException {
        assertThat(Bascule.run("keys", "new", "--out", path("k"), "--algorithm", "p256"))
                .isZero();
        assertThat(out())
                .contains(path("k", "development.key"), path("k", "development.pub"), path("k", "keyring.json"))
                .contains("DEVELOPMENT keys", "out of the repository")
                .contains("--key " + path("k", "development.key"));
        out.reset();

        assertThat(Bascule.run("keys", "show", path("k", "keyring.json"), "--json"))
                .isZero();
        var ring = json();
        var id = ring.path("keys").path(0).path("id").asText();
        assertThat(ring.path("keys").path(0).path("algorithm").asText()).isEqualTo("p256");
        assertThat(ring.path("roles").path("release").path("keys").path(0).asText())
                .isEqualTo(id);
        out.reset();
        assertThat(Bascule.run("keys", "show", path("k", "keyring.json"))).isZero();
        assertThat(out()).contains("key " + id + "  p256  development").contains("role release: 1 of 1 must sign");
    }

    @Test
    void keysAreNeverOverwritten() throws IOException {
        newKeys("k");
        var before = Files.readString(folder.resolve("k").resolve("dev.key"));
        assertThat(Bascule.run("keys", "new", "--out", path("k"), "--name", "dev"))
                .isEqualTo(3);
        assertThat(err()).contains("dev.key: is there already").contains("what to do: choose another name");
        assertThat(folder.resolve("k").resolve("dev.key")).hasContent(before);
        assertThat(Bascule.run("keys", "new", "--out", path("k"), "--algorithm", "rsa-1024"))
                .isEqualTo(2);
        assertThat(Bascule.run("keys", "new", "--out", path("k"), "--name", "a/b"))
                .isEqualTo(2);
    }

    @Test
    void whatIsNoKeyringIsThree() throws IOException {
        assertThat(Bascule.run("keys", "show", path("none.json"))).isEqualTo(3);
        assertThat(err()).contains("there is no keyring " + path("none.json"));
        Files.writeString(folder.resolve("torn.json"), "{\"format\": 1, \"ver");
        assertThat(Bascule.run("keys", "show", path("torn.json"))).isEqualTo(3);
        assertThat(err()).contains(path("torn.json") + " is not a keyring: keyring.json: not JSON");
        assertThat(Bascule.run("payload", "verify", path("torn.json"), "--trust", path("torn.json")))
                .isEqualTo(3);
        assertThat(Bascule.run("release", "verify", path(), "--trust", path("torn.json")))
                .isEqualTo(3);
    }

    private int plan(String... more) throws IOException {
        Files.writeString(folder.resolve("board.yaml"), BOARD);
        var all = new ArrayList<>(List.of("build", path(), "--version", "1", "--out", path("out")));
        all.addAll(List.of("--mirror", "http://mirror.invalid/debian", "--dry-run"));
        all.addAll(List.of(more));
        return Bascule.run(all.toArray(String[]::new));
    }

    @Test
    void aDryRunTellsWhoWouldSign() throws IOException {
        newKeys("k");
        assertThat(plan("--key", path("k", "dev.key"), "--expires", "2099-01-31", "--json"))
                .isZero();
        assertThat(json().path("signedBy").path(0).asText()).matches("[0-9a-f]{64}");
        assertThat(json().path("expires").asText()).isEqualTo("2099-01-31T00:00:00Z");
        out.reset();
        assertThat(plan()).isZero();
        assertThat(out()).contains("signed    by nobody: no payload").contains("as        raw\n");
    }

    @Test
    void aDryRunTellsTheFormats() throws IOException {
        assertThat(plan("--format", "qcow2", "--format", "raw.zst,raw", "--json"))
                .isZero();
        assertThat(json().path("formats")).extracting(JsonNode::asText).containsExactly("raw", "qcow2", "raw.zst");
        assertThat(plan("--format", "iso")).isEqualTo(2);
        assertThat(err()).contains("there is no format 'iso'");
    }

    @ParameterizedTest
    @CsvSource({
        "--expires, 31.1.2027, 2, not a date",
        "--expires, 2020-01-01, 3, has passed",
        "--valid-for, 1y, 2, not a time",
        "--valid-for, 0d, 2, not a time"
    })
    void timesAreTimes(String option, String value, int exitCode, String problem) throws IOException {
        newKeys("k");
        assertThat(plan("--key", path("k", "dev.key"), option, value)).isEqualTo(exitCode);
        assertThat(err()).contains(option + ":").contains(problem);
    }

    @Test
    void keysThatHostsWouldNotTrustAreRefusedBeforeAnythingIsDone() throws IOException {
        newKeys("k");
        newKeys("other");
        assertThat(plan("--key", path("other", "dev.key"), "--trust", path("k", "keyring.json")))
                .isEqualTo(3);
        assertThat(err()).contains("signed by 1 of its keys, and 0 of those given");
        assertThat(plan("--key", path("k", "none.key"))).isEqualTo(3);
        assertThat(err()).contains("none.key: there is no such file");
        assertThat(plan("--key", path("k", "dev.key"), "--trust", path("none.json")))
                .isEqualTo(3);
        assertThat(plan("--trust", path("k", "keyring.json"))).isEqualTo(2);
        assertThat(plan("--key", "command:/bin/true?public=" + path("k", "dev.pub")))
                .isEqualTo(2);
        assertThat(err()).contains("the first key is not in a file, so there is no keyring beside it");
        assertThat(plan("--key", path("k", "dev.key"), "--expires", "2099-01-01", "--valid-for", "1d"))
                .isEqualTo(2);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    /** A release of three blocks, made without the image builder. */
    private void writeRelease(Signer signer) throws IOException {
        var files = new ObjectMapper().createArrayNode();
        var partitions = new ArrayList<PartitionImage>();
        for (var kind : List.of("usr", "usr-verity", "uki")) {
            var content = new byte[4096];
            content[0] = (byte) kind.length();
            Files.write(folder.resolve("small." + kind), content);
            partitions.add(new PartitionImage(kind, new MemoryBlockDevice(content)));
            files.addObject()
                    .put("kind", kind)
                    .put("name", "small." + kind)
                    .put("size", 4096)
                    .put("sha256", Sha256Digest.ofContent(content).toString());
        }
        var payload = new ByteArrayOutputStream();
        new PayloadWriter(List.of(signer), folder, 1).write(partitions, OptionalLong.empty(), payload);
        Files.write(folder.resolve("small.payload"), payload.toByteArray());
        files.addObject()
                .put("kind", "payload")
                .put("name", "small.payload")
                .put("size", payload.size())
                .put("sha256", Sha256Digest.ofContent(payload.toByteArray()).toString());
        var root = new ObjectMapper()
                .createObjectNode()
                .put("format", 1)
                .put("board", "small")
                .put("version", "1.0")
                .put("architecture", "x86-64")
                .put("buildTime", "2026-01-01T00:00:00Z")
                .put("expires", "2099-01-01T00:00:00Z");
        root.putObject("usr").put("rootHash", "ab".repeat(32)).put("salt", "").put("encoder", "none");
        root.putObject("kernel").put("release", "6.12").put("commandLine", "quiet");
        root.set("files", files);
        SignedDocument.sign(root, List.of(signer));
        Files.writeString(folder.resolve("release.json"), root.toString());
    }

    @Test
    void aPayloadIsInspectedAndVerified() throws IOException {
        newKeys("k");
        writeRelease(KeyFile.readSigner(folder.resolve("k").resolve("dev.key")));
        var payload = path("small.payload");

        assertThat(Bascule.run("payload", "inspect", payload)).isZero();
        assertThat(out())
                .contains("NOTHING WAS VERIFIED", "signatures: 1", "usr-verity", "REPLACE_BZ")
                .doesNotContain("BUT THE FILE");
        out.reset();
        assertThat(Bascule.run("payload", "inspect", payload, "--json")).isZero();
        assertThat(json().path("verified").asBoolean(true)).isFalse();
        assertThat(json().path("signatures").asInt()).isEqualTo(1);
        assertThat(json().path("size").asLong()).isEqualTo(Files.size(Path.of(payload)));
        out.reset();

        assertThat(Bascule.run("payload", "verify", payload, "--trust", path("k", "keyring.json"), "--json"))
                .isZero();
        assertThat(json().path("verified").asBoolean()).isTrue();
        assertThat(json().path("wholePartitionsCompared")).hasSize(3);
        assertThat(json().path("partitions").path(2).path("name").asText()).isEqualTo("uki");
    }

    @Test
    void aPayloadThatIsNotRightIsSix() throws IOException {
        newKeys("k");
        newKeys("other");
        writeRelease(KeyFile.readSigner(folder.resolve("k").resolve("dev.key")));
        var payload = path("small.payload");
        assertThat(Bascule.run("payload", "verify", payload, "--trust", path("other", "keyring.json")))
                .isEqualTo(6);
        assertThat(err()).contains(payload + ": the payload's metadata is not signed by a trusted key");

        var bytes = Files.readAllBytes(Path.of(payload));
        Files.write(Path.of(payload), Arrays.copyOf(bytes, 100));
        assertThat(Bascule.run("payload", "verify", payload, "--trust", path("k", "keyring.json")))
                .isEqualTo(6);
        assertThat(Bascule.run("payload", "inspect", payload)).isEqualTo(3);
        assertThat(err()).contains("cut off after");
        assertThat(Bascule.run("payload", "inspect", path("none"))).isEqualTo(3);
        assertThat(out()).isEmpty();
    }

    @Test
    void aDeltaIsMadeVerifiedAndApplied() throws IOException {
        newKeys("k");
        var key = path("k", "dev.key");
        var trust = path("k", "keyring.json");
        writeRelease(KeyFile.readSigner(Path.of(key)));

        assertThat(Bascule.run(
                        "payload", "delta", "--from", path(), "--to", path(), "--key", key, "--out", path("d"),
                        "--json"))
                .as(err())
                .isZero();
        assertThat(json().path("deltas").path(0).path("from").asText()).isEqualTo("1.0");
        var delta = path("d", "small_1.0_from_1.0.payload");
        assertThat(json().path("deltas").path(0).path("file").asText()).isEqualTo(delta);
        out.reset();
        assertThat(Bascule.run("payload", "delta", "--from", path(), "--to", path(), "--key", key, "--out", path("d")))
                .isEqualTo(3);
        assertThat(err()).contains("there is a file " + delta + " already");
        assertThat(folder.resolve("d")).isDirectoryContaining(file -> file.endsWith("small_1.0_from_1.0.payload"));

        assertThat(Bascule.run("payload", "inspect", delta)).isZero();
        assertThat(out())
                .contains("major version 2, delta", "SOURCE_COPY             1", "is made from the one with SHA-256");
        out.reset();
        assertThat(Bascule.run("payload", "verify", delta, "--trust", trust)).isZero();
        assertThat(out()).contains("whole partitions compared: []");
        out.reset();
        assertThat(Bascule.run("payload", "verify", delta, "--trust", trust, "--from", path()))
                .isZero();
        assertThat(out()).contains("and so has every partition");
        out.reset();

        assertThat(Bascule.run("payload", "apply", delta, "--trust", trust, "--from", path(), "--out", path("p")))
                .as(err())
                .isZero();
        assertThat(folder.resolve("p").resolve("uki.img"))
                .hasBinaryContent(Files.readAllBytes(folder.resolve("small.uki")));
        assertThat(Bascule.run("payload", "apply", delta, "--trust", trust, "--out", path("q")))
                .isEqualTo(6);
        assertThat(err()).contains("does not fit this delta payload: there is none", "name its folder with --from");
        assertThat(folder.resolve("q")).doesNotExist();
        assertThat(Bascule.run("payload", "apply", path("small.payload"), "--trust", trust, "--out", path("q")))
                .isZero();
        assertThat(folder.resolve("q").resolve("usr.img")).exists();
        Files.write(folder.resolve("small.usr"), new byte[4096]);
        assertThat(Bascule.run("payload", "apply", delta, "--trust", trust, "--from", path(), "--out", path("r")))
                .isEqualTo(3);
        assertThat(err()).contains("small.usr has SHA-256");
        assertThat(folder.resolve("r")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"small.uki, a\\u0000b", "small.uki, ../small.uki", "'\"1.0\"', '\"../1\"'", "expires, until"})
    void aReleaseThatIsNoneMakesNoDelta(String text, String changed) throws IOException {
        newKeys("k");
        var key = path("k", "dev.key");
        writeRelease(KeyFile.readSigner(Path.of(key)));
        var json = folder.resolve("release.json");
        Files.writeString(json, Files.readString(json).replace(text, changed));
        assertThat(Bascule.run("payload", "delta", "--from", path(), "--to", path(), "--key", key, "--out", path("d")))
                .isEqualTo(3);
        assertThat(err()).contains("what to do: give the folder of a release that was built with --key");
        assertThat(folder.resolve("d")).doesNotExist();
    }

    @Test
    void partsThatAreNoWholeBlocksMakeNoDelta() throws IOException {
        newKeys("k");
        var key = path("k", "dev.key");
        writeRelease(KeyFile.readSigner(Path.of(key)));
        var before = Sha256Digest.ofFile(folder.resolve("small.usr-verity")).toString();
        Files.write(folder.resolve("small.usr-verity"), new byte[100]);
        var json = folder.resolve("release.json");
        Files.writeString(
                json,
                Files.readString(json)
                        .replace(
                                before,
                                Sha256Digest.ofFile(folder.resolve("small.usr-verity"))
                                        .toString()));
        assertThat(Bascule.run("payload", "delta", "--from", path(), "--to", path(), "--key", key))
                .isEqualTo(3);
        assertThat(err()).contains("not whole blocks of 4096");
    }

    @Test
    void aReleaseIsVerifiedWhole() throws IOException {
        newKeys("k");
        newKeys("other");
        writeRelease(KeyFile.readSigner(folder.resolve("k").resolve("dev.key")));
        var trust = path("k", "keyring.json");
        assertThat(Bascule.run("release", "verify", path(), "--trust", trust, "--json"))
                .as(err())
                .isZero();
        assertThat(json().path("version").asText()).isEqualTo("1.0");
        assertThat(json().path("files")).hasSize(4);
        out.reset();

        assertThat(Bascule.run("release", "verify", path(), "--trust", path("other", "keyring.json")))
                .isEqualTo(6);
        assertThat(err()).contains("the release is not signed by the trusted keys");
        Files.write(folder.resolve("small.uki"), new byte[4096]);
        assertThat(Bascule.run("release", "verify", path(), "--trust", trust)).isEqualTo(6);
        assertThat(err()).contains("small.uki has SHA-256");
        assertThat(Bascule.run("release", "verify", path("k"), "--trust", trust))
                .isEqualTo(3);
        assertThat(err()).contains("there is no release");
        assertThat(out()).isEmpty();
    }
}
