package io.bascule.signing;

import java.io.IOException;

/** Makes signatures with one private key, wherever that lives: a file, a token, another machine. */
public interface Signer {
    /** {@return which key it is} */
    KeyId keyId();

    /** {@return the most bytes a signature of this key can have; payloads sign it, so it must not change} */
    int maxSignatureSize();

    /**
     * {@return an RSA PKCS#1 v1.5 signature of exactly, or a DER-encoded ECDSA signature of at most, {@link
     * #maxSignatureSize()} bytes}
     *
     * @param digest SHA-256 of the bytes to sign
     * @throws IOException if the key cannot be used
     */
    byte[] sign(Sha256Digest digest) throws IOException;
}
