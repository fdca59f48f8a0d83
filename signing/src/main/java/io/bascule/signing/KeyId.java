package io.bascule.signing;

import java.security.PublicKey;

/**
 * The name of a public key: SHA-256 of its SubjectPublicKeyInfo in DER. So {@code openssl pkey -pubin -outform DER |
 * sha256sum} tells it, too.
 */
public record KeyId(Sha256Digest digest) implements Comparable<KeyId> {

    /** {@return the id of a key that has an encoding; every RSA and EC key of the Java runtime does} */
    public static KeyId of(PublicKey key) {
        return new KeyId(Sha256Digest.ofContent(key.getEncoded()));
    }

    /** @throws IllegalArgumentException if {@code hex} is not 64 lower-case hexadecimal digits */
    public static KeyId parse(String hex) {
        return new KeyId(Sha256Digest.parse(hex));
    }

    @Override
    public int compareTo(KeyId other) {
        return toString().compareTo(other.toString());
    }

    /** {@return 64 lower-case hexadecimal digits} */
    @Override
    public String toString() {
        return digest.toString();
    }
}
