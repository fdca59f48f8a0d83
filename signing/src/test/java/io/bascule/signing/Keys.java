package io.bascule.signing;

import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import java.util.stream.Stream;

/** Keys of the tests, made anew in each run: nothing they check depends on their values. */
public final class Keys {
    public static final KeyPair RSA = KeyAlgorithm.RSA_2048.generate();
    public static final KeyPair EC = KeyAlgorithm.EC_P256.generate();
    public static final KeyPair SECOND_EC = KeyAlgorithm.EC_P256.generate();
    public static final KeyPair FOREIGN = KeyAlgorithm.EC_P256.generate();

    private Keys() {}

    public static TrustedKeys trust(int threshold, KeyPair... pairs) {
        return new TrustedKeys(Stream.of(pairs).map(KeyPair::getPublic).toList(), threshold);
    }

    static Keyring keyring(PublicKey... keys) {
        return Keyring.ofEqualKeys(
                Stream.of(keys).map(key -> Keyring.Key.of(key, "of a test")).toList());
    }

    public static List<Signer> signers(KeyPair... pairs) {
        return Stream.of(pairs).<Signer>map(KeySigner::of).toList();
    }
}
