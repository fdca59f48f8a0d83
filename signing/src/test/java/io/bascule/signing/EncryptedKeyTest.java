package io.bascule.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys with a passphrase, judged by openssl both ways. */
class EncryptedKeyTest {
    private static final String PASSPHRASE = "correct horse, b\u00e4ttery";
    private static final Sha256Digest DIGEST = Sha256Digest.ofContent(new byte[] {1});

    /** Few iterations: what is tested here is not how long they take. */
    private static final int FEW = 2;

    @TempDir
    private Path folder;

    private static PassphraseSource knows(String passphrase) {
        return file -> passphrase.toCharArray();
    }

    private Path encrypted(int iterations) throws IOException {
        var der = EncryptedKey.encrypt(Keys.EC.getPrivate().getEncoded(), PASSPHRASE.toCharArray(), iterations);
        Files.writeString(
                folder.resolve("ec.pub"),
                PemFile.write(PemFile.PUBLIC, Keys.EC.getPublic().getEncoded()));
        return Files.writeString(folder.resolve("ec.key"), PemFile.write(PemFile.ENCRYPTED, der));
    }

    /** openssl must get the passphrase as the bytes that we take: UTF-8. */
    private String passphraseFile(String passphrase) throws IOException {
        return "file:" + Files.write(folder.resolve("passphrase"), (passphrase + "\n").getBytes(UTF_8));
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256"})
    void opensslReadsWhatWeWrite(KeyAlgorithm algorithm) throws IOException {
        var openssl = ExternalTool.require("openssl");
        var keys = DevelopmentKeys.create(folder, "dev", algorithm, Optional.of(PASSPHRASE.toCharArray()));
        assertThat(Files.readString(keys.privateKey())).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.privateKey())))
                .isEqualTo("rw-------");
        assertThat(openssl.run(
                        "pkey", "-in", keys.privateKey().toString(), "-passin", passphraseFile(PASSPHRASE), "-pubout"))
                .isEqualTo(Files.readString(keys.publicKey()));
        assertThat(openssl.run("asn1parse", "-in", keys.privateKey().toString()))
                .contains("PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc", ":0927C0");
        assertThat(KeyFile.readSigner(keys.privateKey(), knows(PASSPHRASE)).keyId())
                .isEqualTo(keys.keyId());
    }

    @Test
    void weReadWhatOpensslWrites() throws IOException {
        var openssl = ExternalTool.require("openssl");
        for (var pair : List.of(Keys.RSA, Keys.EC)) {
            var name = KeyAlgorithm.of(pair.getPublic()).text();
            KeyFile.writePrivate(folder.resolve(name + ".plain"), pair.getPrivate());
            KeyFile.writePublic(folder.resolve(name + ".pub"), pair.getPublic());
            var key = folder.resolve(name + ".key");
            openssl.run(
                    "pkcs8",
                    "-topk8",
                    "-in",
                    folder.resolve(name + ".plain").toString(),
                    "-out",
                    key.toString(),
                    "-passout",
                    passphraseFile(PASSPHRASE));
            var signature = KeyFile.readSigner(key, knows(PASSPHRASE)).sign(DIGEST);
            assertThat(TrustedKeys.verifies(pair.getPublic(), DIGEST, signature))
                    .isTrue();
            refuses(key, knows("another"), "the passphrase is wrong, or the file is damaged", "openssl pkey -noout");
        }
    }

    static Stream<Arguments> otherWays() {
        return Stream.of(
                Arguments.of(List.of("-v2", "aes-128-cbc"), "encrypted in another way", "openssl pkcs8 -topk8 -v2"),
                Arguments.of(List.of("-v2prf", "hmacWithSHA1"), "encrypted in another way", "openssl pkcs8 -topk8 -v2"),
                Arguments.of(List.of("-scrypt"), "encrypted in another way", "openssl pkcs8 -topk8 -v2"),
                Arguments.of(List.of("-v1", "PBE-SHA1-3DES"), "encrypted in another way", "openssl pkcs8 -topk8 -v2"),
                Arguments.of(
                        List.of("-iter", "2000001"),
                        "takes 2000001 iterations, and 1 to 2000000 are allowed",
                        "-iter 600000"));
    }

    @ParameterizedTest
    @MethodSource("otherWays")
    void saysWhichWayOfOpensslIsTheOne(List<String> options, String problem, String remedy) throws IOException {
        var openssl = ExternalTool.require("openssl");
        KeyFile.writePrivate(folder.resolve("plain"), Keys.EC.getPrivate());
        var command = Stream.concat(
                Stream.of(
                        "pkcs8",
                        "-topk8",
                        "-in",
                        folder.resolve("plain").toString(),
                        "-out",
                        folder.resolve("other.key").toString(),
                        "-passout",
                        passphraseFile(PASSPHRASE)),
                options.stream());
        openssl.run(command.toArray(String[]::new));
        refuses(folder.resolve("other.key"), knows(PASSPHRASE), problem, remedy);
    }

    @Test
    void aWrongPassphraseIsSaidToBeWrong() throws IOException {
        var key = encrypted(FEW);
        assertThat(KeyFile.readSigner(key, knows(PASSPHRASE)).sign(DIGEST)).isNotEmpty();
        // One padding of 256 looks right by accident: what comes out then is no key.
        for (var i = 0; i < 600; i++) {
            refuses(
                    key,
                    knows("wrong " + i),
                    "ec.key: the passphrase is wrong, or the file is damaged",
                    "openssl pkey");
        }
    }

    @Test
    void withoutAPassphraseItIsNotRead() throws IOException {
        var key = encrypted(FEW);
        assertThatThrownBy(() -> KeyFile.readSigner(key))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("ec.key: a key with a passphrase, which is not asked for here");
    }

    @Test
    void thePassphraseIsOverwrittenAfterUse() throws IOException {
        var passphrase = PASSPHRASE.toCharArray();
        KeyFile.readSigner(encrypted(FEW), file -> passphrase);
        assertThat(passphrase).containsOnly('\0');
    }

    @Test
    void whatItTellsWithoutAPassphrase() throws IOException {
        var key = encrypted(FEW);
        assertThat(KeyFileFacts.read(key))
                .isEqualTo(new KeyFileFacts(
                        KeyFileFacts.Kind.PRIVATE_WITH_PASSPHRASE,
                        Optional.of(KeyAlgorithm.EC_P256),
                        Optional.of(KeyId.of(Keys.EC.getPublic()))));
        Files.delete(folder.resolve("ec.pub"));
        assertThat(KeyFileFacts.read(key).id()).isEmpty();
    }

    @Test
    void everyTruncationAndEveryFlippedBitIsRefused() throws IOException {
        var file = encrypted(1);
        var der = PemFile.read(file).find(PemFile.ENCRYPTED).orElseThrow();
        for (var length = 0; length < der.length; length++) {
            Files.writeString(file, PemFile.write(PemFile.ENCRYPTED, Arrays.copyOf(der, length)));
            refuses(file, knows(PASSPHRASE), "ec.key: ", "");
        }
        for (var bit = 0; bit < der.length * 8; bit += 3) {
            var changed = der.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            Files.writeString(file, PemFile.write(PemFile.ENCRYPTED, changed));
            try {
                // What is not the key itself may be spelled in another way, or not matter.
                KeyFile.readSigner(file, knows(PASSPHRASE));
            } catch (KeyFileException e) {
                assertThat(e).hasMessageContaining("ec.key");
            }
        }
    }

    private static void refuses(Path file, PassphraseSource passphrases, String problem, String remedy) {
        assertThatThrownBy(() -> KeyFile.readSigner(file, passphrases))
                .asInstanceOf(type(KeyFileException.class))
                .satisfies(e -> {
                    assertThat(e).hasMessageContaining(problem);
                    assertThat(e.remedy()).contains(remedy);
                });
    }
}
