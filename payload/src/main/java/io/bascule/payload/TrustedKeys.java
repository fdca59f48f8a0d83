package io.bascule.payload;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import java.util.Set;

/** Whose signatures count, and how many different ones of these keys it takes. */
public final class TrustedKeys {
    private final List<PublicKey> keys;
    private final int threshold;

    /**
     * @param keys RSA of 2048 or 4096 bits, or EC on P-256
     * @param threshold from 1 to the number of keys
     * @throws IllegalArgumentException if a key is of another kind, or the threshold out of its range
     */
    public TrustedKeys(Set<PublicKey> keys, int threshold) {
        if (threshold < 1 || threshold > keys.size()) {
            throw new IllegalArgumentException("a threshold of " + threshold + " with " + keys.size() + " keys");
        }
        keys.forEach(KeyAlgorithm::of);
        this.keys = List.copyOf(keys);
        this.threshold = threshold;
    }

    /** Throws unless enough of the keys signed {@code digest}. */
    void require(SignedRegion region, Sha256Digest digest, List<byte[]> signatures) throws UntrustedSignatureException {
        var valid = (int) keys.stream()
                .filter(key -> signatures.stream().anyMatch(signature -> verifies(key, digest, signature)))
                .count();
        if (valid < threshold) {
            throw new UntrustedSignatureException(region, threshold, valid, signatures.size());
        }
    }

    private static boolean verifies(PublicKey key, Sha256Digest digest, byte[] bytes) {
        var algorithm = KeyAlgorithm.of(key);
        if (!algorithm.canHaveSize(bytes.length)) {
            return false;
        }
        try {
            var signature = Signature.getInstance(algorithm.jcaName());
            signature.initVerify(key);
            signature.update(algorithm.signedForm(digest));
            return signature.verify(bytes);
        } catch (GeneralSecurityException unreadable) {
            // Thrown for signatures that are no encoding of one: not a signature by this key.
            return false;
        }
    }
}
