package io.bascule.payload;

import io.bascule.signing.KeySigner;
import io.bascule.signing.Signer;
import io.bascule.signing.TrustedKeys;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Set;

/** Keys of the tests, made anew in each run: nothing they check depends on their values. */
final class Keys {
    static final KeyPair RSA = rsa(2048);
    static final KeyPair FOREIGN = rsa(2048);
    static final KeyPair EC = ec("secp256r1");

    private Keys() {}

    static KeyPair rsa(int bits) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static KeyPair ec(String curve) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static List<Signer> signers(KeyPair pair) {
        return List.of(KeySigner.of(pair));
    }

    static TrustedKeys trust(KeyPair pair) {
        return new TrustedKeys(Set.of(pair.getPublic()), 1);
    }
}
