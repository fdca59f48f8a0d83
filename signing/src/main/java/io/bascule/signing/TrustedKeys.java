package io.bascule.signing;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Whose signatures count, and how many different ones of these keys it takes. */
public final class TrustedKeys {
    private final Map<KeyId, PublicKey> keys;
    private final int threshold;

    /**
     * @param keys RSA of 2048 or 4096 bits, or EC on P-256
     * @param threshold from 1 to the number of keys
     * @throws IllegalArgumentException if a key is of another kind, or the threshold out of its range
     */
    public TrustedKeys(Collection<PublicKey> keys, int threshold) {
        var byId = new TreeMap<KeyId, PublicKey>();
        for (var key : keys) {
            KeyAlgorithm.of(key);
            byId.put(KeyId.of(key), key);
        }
        if (threshold < 1 || threshold > byId.size()) {
            throw new IllegalArgumentException("a threshold of " + threshold + " with " + byId.size() + " keys");
        }
        this.keys = Collections.unmodifiableMap(byId);
        this.threshold = threshold;
    }

    /** {@return how many different keys must have signed; at least one} */
    public int threshold() {
        return threshold;
    }

    /** {@return the ids of the keys, in their order} */
    public Set<KeyId> ids() {
        return keys.keySet();
    }

    /** {@return how many of the keys made one of these signatures; of several signatures by one key one counts} */
    public int countValid(Sha256Digest digest, List<byte[]> signatures) {
        return (int) keys.values().stream()
                .filter(key -> signatures.stream().anyMatch(signature -> verifies(key, digest, signature)))
                .count();
    }

    /** {@return whether {@code key} is one of the keys and made this signature} */
    public boolean verifies(KeyId key, Sha256Digest digest, byte[] signature) {
        var trusted = keys.get(key);
        return trusted != null && verifies(trusted, digest, signature);
    }

    /**
     * {@return whether {@code key} made this signature}
     *
     * @throws IllegalArgumentException if nothing may be signed with such a key
     */
    public static boolean verifies(PublicKey key, Sha256Digest digest, byte[] bytes) {
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
