package io.bascule.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.signing.KeyFile;
import io.bascule.signing.KeyId;
import io.bascule.signing.Keyring;
import io.bascule.signing.KeyringRotation;
import io.bascule.signing.KeyringSource;
import io.bascule.signing.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user or a script sees of keys list, rotate, retire, sign, and of show after a rotation. */
class KeyringVerbsTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void threePeople() {
        for (var name : List.of("dev", "anna", "ben")) {
            CliRun.of("keys", "new", "--out", path(name), "--name", name, "--algorithm", "p256")
                    .succeeds();
        }
    }

    private String path(String... names) {
        return folder.resolve(String.join("/", names)).toString();
    }

    private String key(String name) {
        return path(name, name + ".key");
    }

    private String pub(String name) {
        return path(name, name + ".pub");
    }

    private String id(String name) throws IOException {
        return KeyId.of(KeyFile.readPublic(Path.of(pub(name)))).toString();
    }

    private Keyring keyring(String... names) throws IOException {
        return Keyring.read(Files.readAllBytes(Path.of(path(names))));
    }

    private CliRun rotate(String... more) {
        var all = new ArrayList<>(List.of("keys", "rotate", "--keyring", path("dev", "keyring.json")));
        all.addAll(List.of(more));
        return CliRun.of(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "rotate", "retire", "sign", "show"})
    void everyVerbTeaches(String verb) {
        var help = CliRun.of("keys", verb, "--help").succeeds();
        assertThat(help.out()).startsWith("Usage: bascule keys " + verb).contains("Example", "  bascule keys " + verb);
        assertThat(help.err()).isEmpty();
    }

    @Test
    void aHostGoesOnToAKeyringThatWasRotatedAndSigned() throws IOException {
        var run = rotate("--add", pub("anna"), "--threshold", "release=2", "--key", key("dev"))
                .succeeds();
        assertThat(run.out())
                .contains("wrote " + path("dev", "keyring-2.json") + ", version 2 of the keyring")
                .contains("role release: 2 of 2 must sign; before: 1 of 1")
                .contains("+ " + id("anna") + "  anna")
                .contains("role keyring: 1 of 2 must sign; before: 1 of 1")
                .contains("complete: who trusts version 1 can go on to this one")
                .contains("Next: build with --trust " + path("dev", "keyring-2.json"));
        CliRun.of(
                        "keys",
                        "retire",
                        id("dev").substring(0, 8),
                        "--keyring",
                        path("dev", "keyring-2.json"),
                        "--key",
                        key("dev"))
                .fails(ExitCode.BAD_INPUT, "role release: 2 keys must sign, and there would be 1", "add another key");
        CliRun.of(
                        "keys",
                        "rotate",
                        "--keyring",
                        path("dev", "keyring-2.json"),
                        "--remove",
                        id("dev"),
                        "--add",
                        "release=" + pub("ben"),
                        "--key",
                        key("dev"),
                        "--key",
                        key("anna"))
                .succeeds();

        var walk = KeyringRotation.walk(
                keyring("dev", "keyring.json"), KeyringSource.folder(folder.resolve("dev")), (ring, json) -> {});
        assertThat(walk.steps()).isEqualTo(2);
        var newest = walk.keyring();
        assertThat(newest.roleKeys(Role.RELEASE).keys())
                .extracting(KeyId::toString)
                .containsExactlyInAnyOrder(id("anna"), id("ben"));
        assertThat(newest.roleKeys(Role.KEYRING).keys())
                .extracting(KeyId::toString)
                .containsExactly(id("anna"));
    }

    @Test
    void severalPeopleSignOneAfterTheOtherOnTheirOwnMachines() throws IOException {
        rotate("--add", pub("anna"), "--add", pub("ben"), "--threshold", "keyring=3", "--key", key("dev"))
                .succeeds();
        var elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        var file = elsewhere.resolve("next.json");
        Files.move(folder.resolve("dev").resolve("keyring-2.json"), file);
        Files.copy(folder.resolve("dev").resolve("keyring.json"), elsewhere.resolve("keyring.json"));

        var shown = CliRun.of("keys", "show", file.toString()).succeeds();
        assertThat(shown.out())
                .contains("by keys of version 1 (the version before): 1 of 1 needed")
                .contains("by keys of version 2 (its own): 1 of 3 needed; 2 more of these must sign:")
                .contains("    " + id("anna") + "  anna", "    " + id("ben") + "  ben")
                .contains("NOT COMPLETE: nobody takes it yet");

        var dry = CliRun.of("keys", "sign", file.toString(), "--key", key("anna"), "--dry-run", "--json")
                .succeeds();
        assertThat(dry.json().path("written").asBoolean(true)).isFalse();
        assertThat(dry.json().path("signatures").path(1).path("missing").asInt())
                .isEqualTo(1);
        var first = CliRun.of("keys", "sign", file.toString(), "--key", key("anna"), "--json")
                .succeeds()
                .json();
        assertThat(first.path("complete").asBoolean(true)).isFalse();
        assertThat(first.path("signatures").path(1).path("missing").asInt()).isEqualTo(1);
        assertThat(first.path("signatures").path(1).path("notSigned"))
                .extracting(JsonNode::asText)
                .containsExactly(id("ben"));
        assertThat(CliRun.of("keys", "sign", file.toString(), "--key", key("ben"))
                        .succeeds()
                        .out())
                .contains("signed " + file + ", version 2", "complete: who trusts version 1");
        // Who signs again changes nothing.
        CliRun.of("keys", "sign", file.toString(), "--key", key("ben")).succeeds();
        var json =
                CliRun.of("keys", "show", file.toString(), "--json").succeeds().json();
        assertThat(json.path("complete").asBoolean()).isTrue();
        assertThat(json.path("version").asInt()).isEqualTo(2);
        assertThat(KeyringRotation.next(keyring("dev", "keyring.json"), "keyring-2.json", Files.readAllBytes(file))
                        .version())
                .isEqualTo(2);
        try (var files = Files.list(elsewhere)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void withoutTheVersionBeforeHalfTheAnswerStaysOpen() throws IOException {
        rotate("--add", pub("anna"), "--remove", id("dev"), "--key", key("dev"), "--out", path("alone.json"))
                .succeeds();
        var shown = CliRun.of("keys", "show", path("alone.json")).succeeds();
        assertThat(shown.out())
                .contains("by keys of version 1: not known; name that keyring with --previous")
                .contains("1 more of these must sign")
                .doesNotContain("COMPLETE", "complete");
        CliRun.of("keys", "sign", path("alone.json"), "--key", key("dev"))
                .fails(ExitCode.BAD_INPUT, "the version before is not at hand", "name the keyring of version 1");
        CliRun.of("keys", "sign", path("alone.json"), "--key", key("dev"), "--previous", path("alone.json"))
                .fails(ExitCode.BAD_INPUT, "is version 2, and the one before", "give the keyring of version 1");
        CliRun.of("keys", "sign", path("alone.json"), "--key", key("ben"), "--previous", path("dev", "keyring.json"))
                .fails(ExitCode.BAD_INPUT, "its signature would count nothing", "keys show");
        // A key of the new version needs no other file.
        CliRun.of("keys", "sign", path("alone.json"), "--key", key("anna")).succeeds();
        assertThat(CliRun.of("keys", "show", path("alone.json"), "--previous", path("dev", "keyring.json"))
                        .out())
                .contains("complete: who trusts version 1");
    }

    @Test
    void aSignatureThatIsWrongIsShownAsUseless() throws IOException {
        rotate("--add", pub("anna"), "--key", key("dev")).succeeds();
        var file = folder.resolve("dev").resolve("keyring-2.json");
        var root = (ObjectNode) new ObjectMapper().readTree(Files.readAllBytes(file));
        root.put("note", "added after the signature");
        Files.writeString(file, root.toString());
        assertThat(CliRun.of("keys", "show", file.toString()).succeeds().out())
                .contains("of no use, because wrong or by keys that need not sign:", "NOT COMPLETE")
                .contains("    " + id("dev"));
    }

    @Test
    void nothingIsOverwrittenAndADryRunWritesNothing() throws IOException {
        var dry = rotate("--add", pub("anna"), "--key", key("dev"), "--dry-run").succeeds();
        assertThat(dry.out()).contains("would write " + path("dev", "keyring-2.json"), "complete: ");
        assertThat(folder.resolve("dev").resolve("keyring-2.json")).doesNotExist();
        var json = rotate("--add", pub("anna"), "--json").succeeds().json();
        assertThat(json.path("keyring").asText()).isEqualTo(path("dev", "keyring-2.json"));
        assertThat(json.path("written").asBoolean()).isTrue();
        assertThat(json.path("complete").asBoolean(true)).isFalse();
        var before = Files.readString(folder.resolve("dev").resolve("keyring-2.json"));
        rotate("--add", pub("ben"), "--key", key("dev"))
                .fails(ExitCode.BAD_INPUT, "two keyrings of one version would be two to trust", "keys sign");
        assertThat(folder.resolve("dev").resolve("keyring-2.json")).hasContent(before);
    }

    @Test
    void theFirstVersionIsNotSigned() {
        CliRun.of("keys", "sign", path("dev", "keyring.json"), "--key", key("dev"))
                .fails(ExitCode.BAD_INPUT, "is version 1, the one that hosts begin with", "keys rotate");
    }

    @ParameterizedTest
    @CsvSource({
        "--threshold, release, not a role and a number",
        "--threshold, 2, not a role and a number",
        "--threshold, server=2, not a role and a number: 'server=2'",
        "--threshold, release=two, not a role and a number: 'two'",
        "--threshold, release=99999999999, not a role and a number"
    })
    void aWrongCommandLineIsTwo(String option, String value, String problem) {
        rotate(option, value).fails(ExitCode.USAGE, problem, "release=2");
    }

    @Test
    void wrongKeysAreSaidToBe() throws IOException {
        rotate("--add", key("anna")).fails(ExitCode.BAD_INPUT, "anna.key: a private key", "ends in .pub");
        rotate("--add", path("none.pub")).fails(ExitCode.BAD_INPUT, "none.pub: there is no such file", "keys new");
        rotate("--remove", id("anna")).fails(ExitCode.BAD_INPUT, "no key of the keyring has an id", "keys show");
        rotate("--add", pub("anna"), "--key", key("ben"))
                .fails(ExitCode.BAD_INPUT, "neither in version 1 nor in version 2", "sign with a key of that role");
        rotate("--add", pub("anna"), "--key", key("dev"), "--key", key("dev"))
                .fails(ExitCode.USAGE, "is given twice", "give each key once");
        rotate("--key", key("dev")).fails(ExitCode.BAD_INPUT, "nothing would change", "add or remove");
        rotate("--threshold", "release=1", "--threshold", "release=2")
                .fails(ExitCode.USAGE, "two for the role release", "one for each role");
        CliRun.of("keys", "retire", id("dev"), "--keyring", path("dev", "keyring.json"))
                .fails(ExitCode.BAD_INPUT, "role release: 1 keys must sign, and there would be 0", "add another key");
        CliRun.of("keys", "sign", path("dev", "keyring.json")).fails(ExitCode.USAGE, "a key must sign", "--key");
        assertThat(folder.resolve("dev").resolve("keyring-2.json")).doesNotExist();
    }

    @Test
    void aFolderOfKeysIsListed() throws IOException {
        rotate("--add", pub("anna")).succeeds();
        Files.delete(folder.resolve("dev").resolve("dev.pub"));
        Files.copy(Path.of(pub("anna")), folder.resolve("dev").resolve("anna.pub"));
        Files.writeString(folder.resolve("dev").resolve("torn.key"), "rubbish");
        Files.writeString(folder.resolve("dev").resolve("notes.txt"), "rubbish");
        Files.writeString(
                folder.resolve("dev").resolve("locked.key"),
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");

        var list = CliRun.of("keys", "list", path("dev")).succeeds();
        assertThat(list.out().lines())
                .hasSize(6)
                .anyMatch(line -> line.matches("anna.pub +public key +p256 +" + "[0-9a-f]{64}  anna"))
                .anyMatch(line -> line.matches("dev.key +private key +p256 +NOT PROTECTED +id unknown: .*"))
                .anyMatch(line -> line.matches("keyring-2.json +keyring +version 2, 2 keys; release: 1 of 2, .*"))
                .anyMatch(line -> line.matches("locked.key +private key +\\? +passphrase +id unknown: .*"))
                .anyMatch(line -> line.matches("torn.key +unusable .*not a PEM file.*"));

        var json = CliRun.of("keys", "list", path("dev"), "--json").succeeds().json();
        assertThat(json).hasSize(6);
        assertThat(json.path(0).path("id").asText()).isEqualTo(id("anna"));
        assertThat(json.path(0).path("comment").asText()).isEqualTo("anna");
        assertThat(json.path(1).path("protected").asBoolean(true)).isFalse();
        assertThat(CliRun.of("keys", "list", path("elsewhere")).exitCode()).isEqualTo(3);
        Files.createDirectory(folder.resolve("empty"));
        assertThat(CliRun.of("keys", "list", path("empty")).succeeds().out()).contains("no keys and no keyrings");
    }

    /** A comment comes from outside, and a terminal obeys what is in it. */
    @Test
    void commentsDoNotReachTheTerminalAsTheyAre() throws IOException {
        var file = folder.resolve("dev").resolve("keyring.json");
        Files.writeString(file, Files.readString(file).replace("\"dev\"", "\"red \\u001b[31m\""));
        assertThat(CliRun.of("keys", "show", file.toString()).succeeds().out())
                .contains("red ?[31m")
                .doesNotContain("\u001b");
        assertThat(CliRun.of("keys", "list", path("dev")).succeeds().out()).doesNotContain("\u001b");
    }

    @Test
    void keysUnderAPassphraseSign() throws IOException {
        var passphrase =
                Files.writeString(folder.resolve("passphrase"), "open sesame\n").toString();
        var made = CliRun.of(
                        "keys",
                        "new",
                        "--out",
                        path("eve"),
                        "--name",
                        "eve",
                        "--algorithm",
                        "p256",
                        "--encrypt",
                        "--passphrase-file",
                        passphrase)
                .succeeds();
        assertThat(made.out()).contains("eve.key  the private key: who has it and its passphrase can sign");
        assertThat(Files.readString(Path.of(key("eve")))).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
        assertThat(CliRun.of("keys", "list", path("eve")).succeeds().out())
                .containsPattern("eve.key +private key +p256 +passphrase +" + id("eve") + "  eve");

        CliRun.of("keys", "new", "--out", path("plain"), "--passphrase-file", passphrase)
                .fails(ExitCode.USAGE, "the key would not be under the passphrase", "add --encrypt");
        assertThat(folder.resolve("plain")).doesNotExist();

        var wrong = Files.writeString(folder.resolve("wrong"), "open barley\n").toString();
        rotate("--add", pub("eve"), "--key", key("eve"), "--passphrase-file", wrong)
                .fails(ExitCode.BAD_INPUT, "eve.key: the passphrase is wrong, or the file is damaged", "openssl pkey");
        rotate("--add", pub("eve"), "--key", key("eve"))
                .fails(ExitCode.BAD_INPUT, "there is no terminal to ask for it", "--passphrase-file FILE");
        var json = rotate(
                        "--add",
                        pub("eve"),
                        "--key",
                        key("eve"),
                        "--key",
                        key("dev"),
                        "--passphrase-file",
                        passphrase,
                        "--json")
                .succeeds()
                .json();
        assertThat(json.path("complete").asBoolean()).isTrue();
    }

    @Test
    void keysBehindAProgramSign() throws IOException {
        var program = Files.writeString(folder.resolve("sign"), """
                #!/bin/sh
                test -z "$1" || exec echo "the card is not there" >&2
                exec "$JAVA" -cp "$CLASSES" io.bascule.cli.ProgramThatSigns "$(dirname "$0")/dev/dev.key"
                """.replace(
                        "$JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .replace("$CLASSES", System.getProperty("java.class.path")));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        var uri = "command:" + program + "?public=" + pub("dev");
        var json =
                rotate("--add", pub("anna"), "--key", uri, "--json").succeeds().json();
        assertThat(json.path("complete").asBoolean()).isTrue();
        Files.delete(folder.resolve("dev").resolve("keyring-2.json"));

        rotate("--add", pub("anna"), "--key", uri + "&argument=x")
                .fails(ExitCode.BAD_INPUT, "answered 0 bytes that are not a signature", "private half");
        rotate("--add", pub("anna"), "--key", "command:" + program)
                .fails(ExitCode.USAGE, "names no public key", "quote the URI");
        rotate("--add", pub("anna"), "--key", "pkcs11:token=a?module-path=" + path("none.so"))
                .fails(ExitCode.BAD_INPUT, "none.so is not a PKCS#11 module", "module-path");
        assertThat(folder.resolve("dev").resolve("keyring-2.json")).doesNotExist();
    }
}
