package io.bascule.signing.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.signing.KeySigner;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.SignedDocument;
import io.bascule.signing.TrustException;
import io.bascule.signing.TrustedKeys;
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

/** Signed releases: nothing is believed that nobody signed, however the document around it is bent. */
class SignedReleaseFuzzTest extends FuzzTests {
    private static final KeyPair KEY = key();
    private static final TrustedKeys TRUSTED = new TrustedKeys(Set.of(KEY.getPublic()), 1);
    private static final Release RELEASE = release();

    /** The same in each process, so that signatures in the corpus stay right. */
    private static KeyPair key() {
        try {
            var random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed(4);
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static Release release() {
        try {
            return ReleaseReader.read(signed(), TRUSTED, Releases.BEFORE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] signed() throws IOException {
        return Releases.signed(List.of(KeySigner.of(KEY)));
    }

    @Override
    public String name() {
        return "release-signed";
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        return Map.of("signed", signed(), "to-be-signed", (" " + Releases.unsigned()).getBytes(UTF_8));
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedDocumentException.class, TrustException.class);
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
            if (Releases.JSON.readTree(input) instanceof ObjectNode object) {
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
        var release = ReleaseReader.read(input, TRUSTED, Releases.BEFORE);
        if (input[0] != ' ') {
            assertThat(release).isEqualTo(RELEASE);
        }
    }
}
