package io.bascule.signing;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Signs with a private key that the Java runtime can use. */
public final class KeySigner implements Signer {
    private final PrivateKey key;
    private final KeyAlgorithm algorithm;
    private final KeyId id;

    /**
     * @param publicKey that of {@code key}; whether it is, is not checked
     * @throws IllegalArgumentException if the keys are neither RSA of 2048 or 4096 bits nor EC on P-256, or not of one kind
     */
    public KeySigner(PrivateKey key, PublicKey publicKey) {
        this.key = key;
        this.algorithm = KeyAlgorithm.of(key);
        if (KeyAlgorithm.of(publicKey) != algorithm) {
            throw new IllegalArgumentException(
                    "a private key of kind " + algorithm + ", a public one of " + KeyAlgorithm.of(publicKey));
        }
        this.id = KeyId.of(publicKey);
    }

    /** {@return a signer with both halves of a pair} */
    public static KeySigner of(KeyPair pair) {
        return new KeySigner(pair.getPrivate(), pair.getPublic());
    }

    @Override
    public KeyId keyId() {
        return id;
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
