package io.bascule.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrustedKeysTest {
    private static final byte[] CONTENT = {'c', 'o', 'n', 't', 'e', 'n', 't'};
    private static final Sha256Digest DIGEST = Sha256Digest.ofContent(CONTENT);

    @TempDir
    private Path folder;

    private static byte[] sign(KeyPair pair) throws IOException {
        return KeySigner.of(pair).sign(DIGEST);
    }

    /** openssl hashes the content itself and reads the key from our PEM file. */
    @ParameterizedTest
    @EnumSource
    void opensslVerifiesSignaturesOfEveryAlgorithm(KeyAlgorithm algorithm) throws IOException {
        var openssl = ExternalTool.require("openssl");
        var pair = algorithm.generate();
        var signature = sign(pair);
        assertThat(signature.length).isLessThanOrEqualTo(KeySigner.of(pair).maxSignatureSize());
        assertThat(Keys.trust(1, pair).countValid(DIGEST, List.of(signature))).isEqualTo(1);

        KeyFile.writePublic(folder.resolve("test.pub"), pair.getPublic());
        openssl.run(
                "dgst",
                "-sha256",
                "-verify",
                folder.resolve("test.pub").toString(),
                "-signature",
                Files.write(folder.resolve("signature"), signature).toString(),
                Files.write(folder.resolve("content"), CONTENT).toString());
    }

    @Test
    void countsKeysAndNotSignatures() throws IOException {
        var both = Keys.trust(2, Keys.RSA, Keys.EC);
        // ECDSA signatures differ each time: two by one key are no better than one.
        assertThat(both.countValid(DIGEST, List.of(sign(Keys.EC), sign(Keys.EC), sign(Keys.EC))))
                .isEqualTo(1);
        assertThat(both.countValid(DIGEST, List.of(sign(Keys.RSA), sign(Keys.EC))))
                .isEqualTo(2);
        assertThat(both.threshold()).isEqualTo(2);
    }

    @Test
    void foreignKeysOtherDigestsAndRubbishCountNothing() throws IOException {
        var keys = Keys.trust(1, Keys.RSA, Keys.EC);
        assertThat(keys.countValid(
                        DIGEST,
                        List.of(sign(Keys.FOREIGN), new byte[0], new byte[72], new byte[256], new byte[] {0x30, 0x00})))
                .isZero();
        assertThat(keys.countValid(Sha256Digest.ofContent(new byte[0]), List.of(sign(Keys.RSA), sign(Keys.EC))))
                .isZero();
        assertThat(keys.countValid(DIGEST, List.of())).isZero();
    }

    @Test
    void aSignatureIsOneOfTheKeyThatItNames() throws IOException {
        var keys = Keys.trust(1, Keys.RSA, Keys.EC);
        assertThat(keys.verifies(KeyId.of(Keys.EC.getPublic()), DIGEST, sign(Keys.EC)))
                .isTrue();
        assertThat(keys.verifies(KeyId.of(Keys.RSA.getPublic()), DIGEST, sign(Keys.EC)))
                .isFalse();
        assertThat(keys.verifies(KeyId.of(Keys.FOREIGN.getPublic()), DIGEST, sign(Keys.FOREIGN)))
                .isFalse();
    }

    @Test
    void refusesThresholdsThatMeanNothing() {
        assertThatThrownBy(() -> Keys.trust(2, Keys.RSA)).hasMessageContaining("2 with 1");
        // The same key twice is one key.
        assertThatThrownBy(() -> Keys.trust(2, Keys.RSA, Keys.RSA)).hasMessageContaining("2 with 1");
        assertThatThrownBy(() -> Keys.trust(0, Keys.RSA)).hasMessageContaining("0");
    }

    @Test
    void refusesOtherKindsOfKeys() throws Exception {
        var rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(1024);
        var ec = KeyPairGenerator.getInstance("EC");
        ec.initialize(new ECGenParameterSpec("secp384r1"));
        for (var pair : List.of(rsa.generateKeyPair(), ec.generateKeyPair())) {
            assertThatThrownBy(() -> KeySigner.of(pair)).hasMessageContaining("P-256");
            assertThatThrownBy(() -> Keys.trust(1, pair)).hasMessageContaining("P-256");
        }
        assertThatThrownBy(() -> new KeySigner(Keys.EC.getPrivate(), Keys.RSA.getPublic()))
                .hasMessageContaining("EC_P256");
    }

    @Test
    void digestsAreLowerCaseHexadecimal() {
        var hex = "ab".repeat(32);
        assertThat(Sha256Digest.parse(hex))
                .hasToString(hex)
                .isEqualTo(Sha256Digest.of(Sha256Digest.parse(hex).bytes()));
        for (var wrong : List.of(hex.toUpperCase(Locale.ROOT), hex + "ab", "", "g".repeat(64))) {
            assertThatThrownBy(() -> Sha256Digest.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
