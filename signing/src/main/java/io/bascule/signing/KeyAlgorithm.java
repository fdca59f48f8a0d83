package io.bascule.signing;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/** The keys that releases and payloads may be signed with: what Android's payload clients know. */
public enum KeyAlgorithm {
    RSA_2048("rsa-2048", "RSA", "NONEwithRSA", 256),
    RSA_4096("rsa-4096", "RSA", "NONEwithRSA", 512),
    EC_P256("p256", "EC", "NONEwithECDSA", 72);

    /** What stands before a SHA-256 in a signature of PKCS#1 v1.5: RFC 8017, section 9.2, note 1. */
    private static final byte[] SHA256_DIGEST_INFO = HexFormat.of().parseHex("3031300d060960864801650304020105000420");

    /** Order of P-256's base point (SEC 2, section 2.4.2): other curves have as many bits. */
    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private final String text;
    private final String keyFactory;
    private final String jcaName;
    private final int maxSignatureSize;

    KeyAlgorithm(String text, String keyFactory, String jcaName, int maxSignatureSize) {
        this.text = text;
        this.keyFactory = keyFactory;
        this.jcaName = jcaName;
        this.maxSignatureSize = maxSignatureSize;
    }

    /** {@return its name in keyrings and on command lines: {@code rsa-2048}, {@code rsa-4096} or {@code p256}} */
    public String text() {
        return text;
    }

    /** {@return the algorithm of that {@link #text()}} */
    public static Optional<KeyAlgorithm> ofText(String text) {
        return Stream.of(values())
                .filter(algorithm -> algorithm.text.equals(text))
                .findFirst();
    }

    /**
     * {@return the algorithm that a public or private key is for}
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static KeyAlgorithm of(Key key) {
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
        if (key instanceof ECKey ec && ec.getParams().getOrder().equals(P256_ORDER)) {
            return Optional.of(EC_P256);
        }
        return Optional.empty();
    }

    /** {@return a new pair of random keys} */
    public KeyPair generate() {
        try {
            var generator = KeyPairGenerator.getInstance(keyFactory);
            generator.initialize(parameters());
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java runtime makes RSA keys and EC keys on P-256", e);
        }
    }

    private AlgorithmParameterSpec parameters() {
        return switch (this) {
            case RSA_2048 -> new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4);
            case RSA_4096 -> new RSAKeyGenParameterSpec(4096, RSAKeyGenParameterSpec.F4);
            case EC_P256 -> new ECGenParameterSpec("secp256r1");
        };
    }

    /**
     * {@return the public key of this algorithm that is encoded as a SubjectPublicKeyInfo}
     *
     * @throws IllegalArgumentException if there is none in {@code der}, or of another algorithm, or in an encoding that is
     *     not the shortest: one key has one encoding, else it would have two ids
     */
    PublicKey decodePublic(byte[] der) {
        try {
            var factory = KeyFactory.getInstance(keyFactory);
            var key = factory.generatePublic(new X509EncodedKeySpec(der));
            if (find(key).orElse(null) != this) {
                throw new IllegalArgumentException("not a key of kind " + text);
            }
            var again = factory.generatePublic(
                    switch (key) {
                        case RSAPublicKey rsa -> new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent());
                        case ECPublicKey ec -> new ECPublicKeySpec(ec.getW(), ec.getParams());
                        default -> throw new IllegalArgumentException("not a key of kind " + text);
                    });
            if (!Arrays.equals(again.getEncoded(), der)) {
                throw new IllegalArgumentException("a key in an unusual encoding");
            }
            return again;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a public key: " + e.getMessage(), e);
        }
    }

    String keyFactory() {
        return keyFactory;
    }

    String jcaName() {
        return jcaName;
    }

    /** {@return in bytes; for RSA the size of each} */
    public int maxSignatureSize() {
        return maxSignatureSize;
    }

    /** {@return what the raw algorithm is given to sign: of RSA the DigestInfo of PKCS#1 v1.5, else the digest} */
    public byte[] signedForm(Sha256Digest digest) {
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
