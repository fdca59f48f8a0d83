package io.bascule.signing.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.bascule.signing.DevelopmentKeys;
import io.bascule.signing.KeyAlgorithm;
import io.bascule.signing.KeyFile;
import io.bascule.signing.PassphraseSource;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.Signer;
import io.bascule.signing.TrustedKeys;
import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signs with keys in SoftHSM: two tokens, of which one has two keys. */
class Pkcs11SignerTest {
    private static final Map<String, DevelopmentKeys> KEYS = new HashMap<>();

    @TempDir
    private static Path folder;

    private static Path module;

    @BeforeAll
    static void makeTokens() throws IOException {
        var tokens = new SoftToken(folder);
        module = tokens.module();
        tokens.create("Bascule release");
        tokens.create("other");
        for (var algorithm : new KeyAlgorithm[] {KeyAlgorithm.RSA_2048, KeyAlgorithm.EC_P256}) {
            KEYS.put(algorithm.text(), DevelopmentKeys.create(folder.resolve(algorithm.text()), "dev", algorithm));
        }
        tokens.add("Bascule release", key("rsa-2048").privateKey(), "rsa", "01");
        tokens.add("Bascule release", key("p256").privateKey(), "elliptic", "02fe");
        var curve = folder.resolve("p384.key");
        ExternalTool.require("openssl")
                .run(
                        "genpkey",
                        "-algorithm",
                        "EC",
                        "-pkeyopt",
                        "ec_paramgen_curve:secp384r1",
                        "-out",
                        curve.toString());
        tokens.add("other", curve, "p384", "03");
        Files.writeString(folder.resolve("pin"), SoftToken.PIN + "\n");
    }

    private static DevelopmentKeys key(String name) {
        return Objects.requireNonNull(KEYS.get(name));
    }

    private static String uri(String path, String pinFile) {
        return "pkcs11:" + path + "?module-path=" + module + "&pin-source=" + folder.resolve(pinFile);
    }

    private static Signer open(String path) throws IOException {
        return Signers.open(uri(path, "pin"), PassphraseSource.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "rsa-2048, token=Bascule%20release;object=rsa",
        "rsa-2048, token=Bascule%20release;id=%01;type=private",
        "p256, token=Bascule%20release;object=elliptic",
        "p256, object=elliptic;token=Bascule%20release;id=%02%fe"
    })
    void aTokenSignsWithTheKeyThatIsNamed(String name, String path) throws IOException {
        var signer = open(path);
        assertThat(signer.keyId()).isEqualTo(key(name).keyId());
        var publicKey = KeyFile.readPublic(key(name).publicKey());
        // r and s are a byte shorter or longer now and then.
        for (var i = 0; i < 50; i++) {
            var digest = Sha256Digest.ofContent(new byte[] {(byte) i});
            var signature = signer.sign(digest);
            assertThat(signature.length).isLessThanOrEqualTo(signer.maxSignatureSize());
            assertThat(TrustedKeys.verifies(publicKey, digest, signature)).isTrue();
        }
    }

    @Test
    void opensslVerifiesWhatATokenSigned() throws IOException {
        var content = new byte[] {1, 2, 3};
        var signature = open("token=Bascule%20release;object=elliptic").sign(Sha256Digest.ofContent(content));
        ExternalTool.require("openssl")
                .run(
                        "dgst",
                        "-sha256",
                        "-verify",
                        key("p256").publicKey().toString(),
                        "-signature",
                        Files.write(folder.resolve("signature"), signature).toString(),
                        Files.write(folder.resolve("content"), content).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "token=none;object=rsa | no token of | there are: 'Bascule release' (serial | token=LABEL",
                "object=rsa | more than one token of | 'other' (serial | token=LABEL",
                "token=Bascule%20release;slot-id=1 | no token of | matches | slot-id=NUMBER",
                "token=Bascule%20release;object=none | the token has no private key | matches the URI | object=LABEL",
                "token=Bascule%20release | more than one private key | matches the URI | object=LABEL",
                "token=Bascule%20release;object=rsa;id=%02%fe | no private key | matches the URI | object=LABEL",
                "token=other;object=p384 | public half of the private key | on P-256 | pkcs11-tool --write-object"
            })
    void saysWhichTokenOrKeyItWants(String path, String problem, String more, String remedy) {
        refuses(uri(path, "pin"), problem, remedy);
        refuses(uri(path, "pin"), more, remedy);
    }

    @Test
    void saysWhatIsWrongWithModuleAndPin() throws IOException {
        Files.writeString(folder.resolve("empty"), "\n");
        refuses(uri("token=other", "none"), "pin-source: there is no file", "file with the PIN");
        refuses(uri("token=other", "empty"), "is no PIN", "first line");
        refuses("pkcs11:token=other?module-path=/none.so", "/none.so is not a PKCS#11 module", "module-path");
        var libc = Path.of("/lib/x86_64-linux-gnu/libc.so.6");
        if (Files.exists(libc)) {
            refuses("pkcs11:token=other?module-path=" + libc, "has no function C_GetFunctionList", "module-path");
        }
        assertThatThrownBy(() -> Signers.open("pkcs11:token=other?module-path=" + module, PassphraseSource.NONE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("token 'other' needs a PIN");
    }

    /** In a token of its own: one that is logged in to takes any PIN. */
    @Test
    void aWrongPinIsSaidToBeWrong() throws IOException {
        new SoftToken(folder).create("locked");
        Files.writeString(folder.resolve("wrong"), "4321\n");
        refuses(uri("token=locked", "wrong"), "the PIN is wrong", "the token is locked");
    }

    private static void refuses(String uri, String problem, String remedy) {
        assertThatThrownBy(() -> Signers.open(uri, PassphraseSource.NONE))
                .asInstanceOf(type(SignerException.class))
                .satisfies(e -> {
                    assertThat(e).hasMessageContaining(problem);
                    assertThat(e.remedy()).contains(remedy);
                    assertThat(e.permanent()).isTrue();
                });
    }
}
