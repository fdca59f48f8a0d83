package io.bascule.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.util.Map;
import java.util.Set;

class KeyringFuzzTest extends FuzzTests {
    @Override
    public String name() {
        return "keyring";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of(
                "two-keys",
                Keys.keyring(Keys.RSA.getPublic(), Keys.EC.getPublic()).toJson().getBytes(UTF_8),
                "one-key",
                Keys.keyring(Keys.EC.getPublic()).toJson().getBytes(UTF_8));
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedDocumentException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.JSON;
    }

    @Override
    public void read(byte[] input) throws Exception {
        var keyring = Keyring.read(input);
        assertThat(Keyring.read(keyring.toJson().getBytes(UTF_8))).isEqualTo(keyring);
        for (var role : Role.values()) {
            // A key can be read and yet be none that verifies; that must not be a surprise to who verifies.
            assertThat(keyring.trusted(role).ids().stream()
                            .filter(id ->
                                    keyring.trusted(role).verifies(id, Sha256Digest.ofContent(input), new byte[64])))
                    .isEmpty();
        }
    }
}
