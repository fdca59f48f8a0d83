package io.bascule.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class KeyFileTest {
    private static final Sha256Digest DIGEST = Sha256Digest.ofContent(new byte[] {1});

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void developmentKeysSignWhatTheirKeyringTrusts(KeyAlgorithm algorithm) throws IOException {
        var keys = DevelopmentKeys.create(folder.resolve("new"), "dev", algorithm);

        assertThat(keys.privateKey()).isEqualTo(folder.resolve("new").resolve("dev.key"));
        var signer = KeyFile.readSigner(keys.privateKey());
        assertThat(signer.keyId()).isEqualTo(keys.keyId());
        var keyring = Keyring.read(Files.readAllBytes(keys.keyringFile()));
        assertThat(keyring).isEqualTo(keys.keyring());
        assertThat(keyring.keys().values()).extracting(Keyring.Key::comment).containsExactly("dev");
        for (var role : Role.values()) {
            assertThat(keyring.trusted(role).countValid(DIGEST, List.of(signer.sign(DIGEST))))
                    .isEqualTo(1);
        }
    }

    @Test
    void privateKeysAreForTheirOwnerOnly() throws IOException {
        var keys = DevelopmentKeys.create(folder, "dev", KeyAlgorithm.EC_P256);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.privateKey())))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        for (var name : List.of("dev.key", "dev.pub", "keyring.json")) {
            var file = Files.writeString(folder.resolve(name), "mine");
            assertThatThrownBy(() -> DevelopmentKeys.create(folder, "dev", KeyAlgorithm.EC_P256))
                    .asInstanceOf(type(KeyFileException.class))
                    .satisfies(e -> {
                        assertThat(e.file()).isEqualTo(file);
                        assertThat(e).hasMessageContaining("is there already");
                        assertThat(e.remedy()).contains("another name");
                    });
            assertThat(file).hasContent("mine");
            assertThatThrownBy(() -> KeyFile.writeNew(file, "yours", "rw-r--r--"))
                    .isInstanceOf(KeyFileException.class);
            assertThat(file).hasContent("mine");
            Files.delete(file);
            assertThat(folder).isEmptyDirectory();
        }
        assertThatThrownBy(() -> DevelopmentKeys.create(folder, "../dev", KeyAlgorithm.EC_P256))
                .isInstanceOf(IllegalArgumentException.class);
    }

    static Stream<Arguments> opensslKeys() {
        return Stream.of(
                Arguments.of(KeyAlgorithm.RSA_2048, List.of("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")),
                Arguments.of(
                        KeyAlgorithm.EC_P256, List.of("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1")));
    }

    @ParameterizedTest
    @MethodSource("opensslKeys")
    void readsKeysOfOpensslAndOpensslReadsOurs(KeyAlgorithm algorithm, List<String> options) throws IOException {
        var openssl = ExternalTool.require("openssl");
        var theirs = folder.resolve("theirs.key");
        var command = Stream.concat(Stream.of("genpkey", "-out", theirs.toString()), options.stream());
        openssl.run(command.toArray(String[]::new));
        openssl.run(
                "pkey",
                "-in",
                theirs.toString(),
                "-pubout",
                "-out",
                folder.resolve("theirs.pub").toString());
        assertThat(KeyFile.readSigner(theirs).keyId())
                .isEqualTo(KeyId.of(KeyFile.readPublic(folder.resolve("theirs.pub"))));

        var ours = DevelopmentKeys.create(folder, "ours", algorithm);
        assertThat(openssl.run("pkey", "-in", ours.privateKey().toString(), "-pubout"))
                .isEqualTo(Files.readString(ours.publicKey()));
        var der = folder.resolve("ours.der");
        openssl.run("pkey", "-pubin", "-in", ours.publicKey().toString(), "-outform", "DER", "-out", der.toString());
        assertThat(Sha256Digest.ofContent(Files.readAllBytes(der)))
                .isEqualTo(ours.keyId().digest());
    }

    @Test
    void computesThePublicKeyOfRsaKeysButNotOfOthers() throws IOException {
        KeyFile.writePrivate(folder.resolve("rsa.key"), Keys.RSA.getPrivate());
        assertThat(KeyFile.readSigner(folder.resolve("rsa.key")).keyId()).isEqualTo(KeyId.of(Keys.RSA.getPublic()));
        KeyFile.writePrivate(folder.resolve("ec.key"), Keys.EC.getPrivate());
        refuses("ec.key", "ec.pub: missing", "openssl pkey -in");
    }

    @Test
    void keysThatDoNotBelongTogetherSignNothing() throws IOException {
        KeyFile.writePrivate(folder.resolve("ec.key"), Keys.EC.getPrivate());
        KeyFile.writePublic(folder.resolve("ec.pub"), Keys.SECOND_EC.getPublic());
        refuses("ec.key", "ec.pub: not the public key of", "-pubout");
        KeyFile.writePrivate(folder.resolve("mixed.key"), Keys.EC.getPrivate());
        KeyFile.writePublic(folder.resolve("mixed.pub"), Keys.RSA.getPublic());
        refuses("mixed.key", "mixed.pub: not the public key of", "-pubout");
    }

    /** Java reads such a key without complaint, and says so only when it signs. */
    @Test
    void aDamagedKeyIsCalledDamaged() throws IOException {
        var der = Keys.RSA.getPrivate().getEncoded();
        // The second prime is in the last fifth or so.
        der[der.length - 400] ^= 1;
        Files.writeString(
                folder.resolve("damaged.key"),
                "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(der)
                        + "\n-----END PRIVATE KEY-----\n");
        refuses("damaged.key", "numbers in it that do not belong together", "openssl pkey -check");
    }

    static Stream<Arguments> wrongFiles() {
        return Stream.of(
                Arguments.of("", "not a PEM file with a PRIVATE KEY", "BEGIN PRIVATE KEY"),
                Arguments.of("rubbish", "not a PEM file", "BEGIN PRIVATE KEY"),
                Arguments.of(pem("ENCRYPTED PRIVATE KEY"), "a key with a passphrase", "its passphrase"),
                Arguments.of(pem("RSA PRIVATE KEY"), "traditional form", "openssl pkey"),
                Arguments.of(pem("EC PRIVATE KEY"), "traditional form", "openssl pkey"),
                Arguments.of(pem("PUBLIC KEY"), "a public key", "private one"),
                Arguments.of(pem("PRIVATE KEY"), "not an RSA key of 2048 or 4096 bits", "bascule keys new"),
                Arguments.of("-----BEGIN PRIVATE KEY-----\nAAAA\n", "not a PEM file", "END PRIVATE KEY"),
                Arguments.of("x".repeat(100_000), "not a PEM file", "BEGIN PRIVATE KEY"));
    }

    private static String pem(String label) {
        return "-----BEGIN " + label + "-----\nAAAA\n-----END " + label + "-----\n";
    }

    @ParameterizedTest
    @MethodSource("wrongFiles")
    void saysWhatIsWrongWithAFileAndWhatToDo(String content, String problem, String remedy) throws IOException {
        Files.writeString(folder.resolve("wrong.key"), content);
        refuses("wrong.key", problem, remedy);
    }

    @Test
    void saysThatAFileIsMissing() {
        refuses("none.key", "there is no such file", "bascule keys new");
    }

    private void refuses(String name, String problem, String remedy) {
        assertThatThrownBy(() -> KeyFile.readSigner(folder.resolve(name)))
                .asInstanceOf(type(KeyFileException.class))
                .satisfies(e -> {
                    assertThat(e).hasMessageContaining(problem).hasMessageStartingWith(folder.toString());
                    assertThat(e.remedy()).contains(remedy);
                });
    }
}
