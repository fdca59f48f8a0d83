package io.bascule.signing.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.bascule.signing.DevelopmentKeys;
import io.bascule.signing.KeyAlgorithm;
import io.bascule.signing.KeyFile;
import io.bascule.signing.KeyFileException;
import io.bascule.signing.PassphraseSource;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.Signer;
import io.bascule.signing.TrustedKeys;
import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CommandSignerTest {
    private static final Sha256Digest DIGEST = Sha256Digest.ofContent(new byte[] {1});

    @TempDir
    private Path folder;

    private String script(String body) throws IOException {
        var file = Files.writeString(folder.resolve("sign it"), "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return KeyUri.encode(file.toString());
    }

    private DevelopmentKeys keys(KeyAlgorithm algorithm) throws IOException {
        return DevelopmentKeys.create(folder, "dev", algorithm);
    }

    private Signer open(String script, String more) throws IOException {
        return Signers.open(
                "command:" + script + "?public="
                        + KeyUri.encode(folder.resolve("dev.pub").toString()) + more,
                PassphraseSource.NONE);
    }

    /** What docs/formats/keyring.md gives as an example. */
    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256"})
    void aProgramSignsTheDigest(KeyAlgorithm algorithm) throws IOException {
        ExternalTool.require("openssl");
        ExternalTool.require("python3");
        var keys = keys(algorithm);
        var script = script("""
                python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))' |
                    openssl pkeyutl -sign -inkey "$1" -pkeyopt digest:sha256 | base64""");
        var signer = open(script, "&argument=" + KeyUri.encode(keys.privateKey().toString()));
        assertThat(signer.keyId()).isEqualTo(keys.keyId());
        assertThat(signer.maxSignatureSize()).isEqualTo(algorithm.maxSignatureSize());
        assertThat(TrustedKeys.verifies(KeyFile.readPublic(keys.publicKey()), DIGEST, signer.sign(DIGEST)))
                .isTrue();
    }

    @Test
    void theProgramGetsHexadecimalDigitsAndItsArguments() throws IOException {
        keys(KeyAlgorithm.EC_P256);
        var script = script("printf '%s,' \"$@\" > \"$(dirname \"$0\")/arguments\"; cat > \"$(dirname \"$0\")/input\"");
        assertThatThrownBy(
                () -> open(script, "&argument=a%20b&argument=&argument=%26").sign(DIGEST));
        assertThat(folder.resolve("input")).hasContent(DIGEST + "\n");
        assertThat(folder.resolve("arguments")).hasContent("a b,,&,");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exit 0 | true | answered 0 bytes that are not a signature by key | private half of the public key",
                "echo MAYCAQACAQA= | true | answered 8 bytes that are not a signature | private half of the public key",
                "echo '*' | true | answered what is not Base64 | and nothing else",
                "echo no card >&2; exit 7 | false | ended with status 7: no card | run it by hand",
                "exit 7 | false | ended with status 7 and said nothing | run it by hand",
                "kill -9 $$ | false | ended with status 137 and said nothing | run it by hand"
            })
    void whatIsNoSignatureIsNotUsed(String body, boolean permanent, String problem, String remedy) throws IOException {
        keys(KeyAlgorithm.EC_P256);
        refuses(open(script(body), ""), permanent, problem, remedy);
    }

    @Test
    void aSignatureByAnotherKeyIsNotUsed() throws IOException {
        ExternalTool.require("openssl");
        var other = DevelopmentKeys.create(folder.resolve("other"), "other", KeyAlgorithm.EC_P256);
        keys(KeyAlgorithm.EC_P256);
        var script = script("openssl dgst -sha256 -sign \"$1\" | base64");
        refuses(
                open(script, "&argument=" + KeyUri.encode(other.privateKey().toString())),
                true,
                "are not a signature by key",
                "not hashed again");
    }

    /** Neither a program that waits, nor one whose child does, nor one that is busy for ever. */
    @ParameterizedTest
    @CsvSource({"sleep 300", "exec sleep 300", "while :; do :; done"})
    void aProgramThatDoesNotEndIsEnded(String body) throws IOException {
        keys(KeyAlgorithm.EC_P256);
        var start = Instant.now();
        refuses(open(script(body), "&timeout=1"), false, "did not answer within 1 s", "timeout=SECONDS");
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void anAnswerWithoutEndIsNotReadToItsEnd() throws IOException {
        keys(KeyAlgorithm.EC_P256);
        assertThatThrownBy(() -> open(script("yes"), "&timeout=20").sign(DIGEST))
                .isInstanceOf(SignerException.class);
    }

    @Test
    void whatCannotBeStartedIsSaidToBe() throws IOException {
        keys(KeyAlgorithm.EC_P256);
        refuses(open("/no/such/program", ""), true, "cannot start /no/such/program", "that is there");
        assertThatThrownBy(() -> Signers.open("command:/bin/true?public=/none.pub", PassphraseSource.NONE))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("/none.pub: there is no such file");
    }

    private static void refuses(Signer signer, boolean permanent, String problem, String remedy) {
        assertThatThrownBy(() -> signer.sign(DIGEST))
                .asInstanceOf(type(SignerException.class))
                .satisfies(e -> {
                    assertThat(e).hasMessageContaining(problem);
                    assertThat(e.remedy()).contains(remedy);
                    assertThat(e.permanent()).isEqualTo(permanent);
                });
    }
}
