package io.bascule.payload;

import java.security.Key;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.HexFormat;
import java.util.Optional;

/** The keys that a payload may be signed with: what Android's clients know. */
enum KeyAlgorithm {
    RSA_2048("NONEwithRSA", 256),
    RSA_4096("NONEwithRSA", 512),
    EC_P256("NONEwithECDSA", 72);

    /** What stands before a SHA-256 in a signature of PKCS#1 v1.5: RFC 8017, section 9.2, note 1. */
    private static final byte[] SHA256_DIGEST_INFO = HexFormat.of().parseHex("3031300d060960864801650304020105000420");

    private static final int P256_BITS = 256;

    private final String jcaName;
    private final int maxSignatureSize;

    KeyAlgorithm(String jcaName, int maxSignatureSize) {
        this.jcaName = jcaName;
        this.maxSignatureSize = maxSignatureSize;
    }

    /** @throws IllegalArgumentException if it is none of these */
    static KeyAlgorithm of(Key key) {
        return find(key)
                .orElseThrow(() -> new IllegalArgumentException(
                        "not an RSA key of 2048 or 4096 bits nor an EC key on P-256: " + key.getAlgorithm()));
    }

    private static Optional<KeyAlgorithm> find(Key key) {
        if (key instanceof RSAKey rsa) {
            return switch (rsa.getModulus().bitLength()) {
                case 2048 -> Optional.of(RSA_2048);
                case 4096 -> Optional.of(RSA_4096);
                default -> Optional.empty();
            };
        }
        if (key instanceof ECKey ec && ec.getParams().getOrder().bitLength() == P256_BITS) {
            return Optional.of(EC_P256);
        }
        return Optional.empty();
    }

    String jcaName() {
        return jcaName;
    }

    /** {@return in bytes; for RSA the size of each} */
    int maxSignatureSize() {
        return maxSignatureSize;
    }

    /** {@return what the raw algorithm is given to sign} */
    byte[] signedForm(Sha256Digest digest) {
        var hash = digest.bytes();
        return switch (this) {
            case RSA_2048, RSA_4096 -> {
                var info = new byte[SHA256_DIGEST_INFO.length + hash.length];
                System.arraycopy(SHA256_DIGEST_INFO, 0, info, 0, SHA256_DIGEST_INFO.length);
                System.arraycopy(hash, 0, info, SHA256_DIGEST_INFO.length, hash.length);
                yield info;
            }
            case EC_P256 -> hash;
        };
    }

    boolean canHaveSize(int signatureSize) {
        return switch (this) {
            case RSA_2048, RSA_4096 -> signatureSize == maxSignatureSize;
            case EC_P256 -> signatureSize <= maxSignatureSize;
        };
    }
}
