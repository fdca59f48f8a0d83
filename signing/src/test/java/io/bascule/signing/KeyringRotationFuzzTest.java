package io.bascule.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Successors of a keyring: nothing is believed that its key did not sign, and what is believed is the next version. */
class KeyringRotationFuzzTest extends FuzzTests {
    private static final KeyPair KEY = key();
    private static final Keyring TRUSTED = Rotations.keyring(1, 1, KEY);
    private static final Keyring NEXT = Rotations.keyring(2, 1, KEY);

    /** The same in each process, so that signatures in the corpus stay right. */
    private static KeyPair key() {
        try {
            var random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed(5);
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String name() {
        return "keyring-rotation";
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        return Map.of("signed", Rotations.signed(NEXT, KEY), "to-be-signed", (" " + NEXT.toJson()).getBytes(UTF_8));
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedDocumentException.class, KeyringRotationException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.JSON;
    }

    /** Inputs that begin with a space are signed again, whatever they say. */
    @Override
    public byte[] mend(byte[] input) {
        if (input.length == 0 || input[0] != ' ') {
            return input;
        }
        try {
            if (Rotations.JSON.readTree(input) instanceof ObjectNode object) {
                SignedDocument.sign(object, List.of(KeySigner.of(KEY)));
                return (" " + object).getBytes(UTF_8);
            }
        } catch (IOException | IllegalArgumentException e) {
            // No JSON, or such as nobody can sign.
        }
        return input;
    }

    @Override
    public int mutations() {
        return 1500;
    }

    @Override
    public void read(byte[] input) throws Exception {
        var next = KeyringRotation.next(TRUSTED, "keyring-2.json", input);
        assertThat(next.version()).isEqualTo(2);
        if (input[0] != ' ') {
            assertThat(next).isEqualTo(NEXT);
        }
    }
}
