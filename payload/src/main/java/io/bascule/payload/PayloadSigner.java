package io.bascule.payload;

import java.io.IOException;

/** Makes signatures with one private key, wherever that lives: a file, a token, another machine. */
public interface PayloadSigner {
    /** {@return the most bytes a signature of this key can have; part of what is signed, so it must not change} */
    int maxSignatureSize();

    /**
     * {@return an RSA PKCS#1 v1.5 signature of exactly, or a DER-encoded ECDSA signature of at most, {@link
     * #maxSignatureSize()} bytes}
     *
     * @param digest SHA-256 of the bytes to sign
     */
    byte[] sign(Sha256Digest digest) throws IOException;
}
