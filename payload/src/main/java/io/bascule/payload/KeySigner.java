package io.bascule.payload;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/** Signs with a private key that the Java runtime can use. */
public final class KeySigner implements PayloadSigner {
    private final PrivateKey key;
    private final KeyAlgorithm algorithm;

    /** @throws IllegalArgumentException if the key is neither RSA of 2048 or 4096 bits nor EC on P-256 */
    public KeySigner(PrivateKey key) {
        this.key = key;
        this.algorithm = KeyAlgorithm.of(key);
    }

    @Override
    public int maxSignatureSize() {
        return algorithm.maxSignatureSize();
    }

    @Override
    public byte[] sign(Sha256Digest digest) throws IOException {
        try {
            var signature = Signature.getInstance(algorithm.jcaName());
            signature.initSign(key);
            signature.update(algorithm.signedForm(digest));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot sign with the " + algorithm + " key: " + e.getMessage(), e);
        }
    }
}
