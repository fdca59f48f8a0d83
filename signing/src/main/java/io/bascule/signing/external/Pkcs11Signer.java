package io.bascule.signing.external;

import io.bascule.signing.KeyAlgorithm;
import io.bascule.signing.KeyId;
import io.bascule.signing.PassphraseSource;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.Signer;
import io.bascule.signing.TrustedKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Signs with a private key that does not leave its PKCS#11 token. The public half is read from the token, too: of an RSA key
 * from the private key itself, of one on P-256 from the public key with the same CKA_ID, or, without one, the same label.
 */
public final class Pkcs11Signer implements Signer {
    private static final long CKM_RSA_PKCS = 0x1;
    private static final long CKM_ECDSA = 0x1041;

    /** DER of the object identifier of P-256, which is what CKA_EC_PARAMS holds. */
    private static final byte[] P256 = HexFormat.of().parseHex("06082a8648ce3d030107");

    /** What stands before a point of P-256 in SubjectPublicKeyInfo (RFC 5480, section 2). */
    private static final byte[] P256_INFO =
            HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

    private static final int POINT_SIZE = 65;
    private static final int OCTET_STRING_HEADER = 2;

    private final Pkcs11Token token;
    private final long key;
    private final PublicKey publicKey;
    private final KeyAlgorithm algorithm;

    private Pkcs11Signer(Pkcs11Token token, long key, PublicKey publicKey) {
        this.token = token;
        this.key = key;
        this.publicKey = publicKey;
        this.algorithm = KeyAlgorithm.of(publicKey);
    }

    /** @throws IllegalArgumentException if it is not such a URI */
    static Pkcs11Signer open(KeyUri text, PassphraseSource passphrases) throws IOException {
        var uri = Pkcs11Uri.of(text);
        var token = Pkcs11Token.open(uri, passphrases);
        var wanted = new ArrayList<Pkcs11Token.Wanted>();
        uri.object()
                .ifPresent(label ->
                        wanted.add(new Pkcs11Token.Wanted(Pkcs11Token.LABEL, label.getBytes(StandardCharsets.UTF_8))));
        uri.id().ifPresent(id -> wanted.add(new Pkcs11Token.Wanted(Pkcs11Token.ID, id)));
        var keys = token.find(Pkcs11Token.PRIVATE_KEY, wanted);
        if (keys.size() != 1) {
            throw SignerException.permanent(
                    "the token has " + (keys.isEmpty() ? "no private key" : "more than one private key")
                            + " that matches the URI",
                    "name one by object=LABEL or id=%01; pkcs11-tool --login --list-objects shows them");
        }
        var key = keys.getFirst();
        var publicKey = publicKey(token, key)
                .orElseThrow(() -> SignerException.permanent(
                        "the public half of the private key is not in the token, or neither RSA of 2048 or 4096 bits nor on"
                                + " P-256",
                        "write it there with the same id: pkcs11-tool --write-object PUB.der --type pubkey --id ID"));
        return new Pkcs11Signer(token, key, publicKey);
    }

    private static Optional<PublicKey> publicKey(Pkcs11Token token, long key) throws SignerException {
        var own = decode(token, key);
        return own.isPresent() ? own : counterpart(token, key);
    }

    private static Optional<PublicKey> counterpart(Pkcs11Token token, long key) throws SignerException {
        for (var attribute : List.of(Pkcs11Token.ID, Pkcs11Token.LABEL)) {
            var value = token.attribute(key, attribute).filter(bytes -> bytes.length > 0);
            if (value.isPresent()) {
                var wanted = List.of(new Pkcs11Token.Wanted(attribute, value.get()));
                for (var candidate : token.find(Pkcs11Token.PUBLIC_KEY, wanted)) {
                    var decoded = decode(token, candidate);
                    if (decoded.isPresent()) {
                        return decoded;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** {@return the public key that an object's attributes make; nothing if they do not, or not one to sign releases with} */
    private static Optional<PublicKey> decode(Pkcs11Token token, long object) throws SignerException {
        var modulus = token.attribute(object, Pkcs11Token.MODULUS);
        var exponent = token.attribute(object, Pkcs11Token.PUBLIC_EXPONENT);
        var curve = token.attribute(object, Pkcs11Token.EC_PARAMS);
        var point = token.attribute(object, Pkcs11Token.EC_POINT);
        try {
            PublicKey decoded;
            if (modulus.isPresent() && exponent.isPresent()) {
                decoded = KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(
                                new BigInteger(1, modulus.get()), new BigInteger(1, exponent.get())));
            } else if (curve.isPresent() && point.isPresent() && Arrays.equals(curve.get(), P256)) {
                decoded = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(info(point.get())));
            } else {
                return Optional.empty();
            }
            KeyAlgorithm.of(decoded);
            return Optional.of(decoded);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** @param point DER of an OCTET STRING with the point, or, of some modules, the point alone */
    private static byte[] info(byte[] point) {
        var bare = point.length == POINT_SIZE + OCTET_STRING_HEADER
                ? Arrays.copyOfRange(point, OCTET_STRING_HEADER, point.length)
                : point;
        var info = Arrays.copyOf(P256_INFO, P256_INFO.length + bare.length);
        System.arraycopy(bare, 0, info, P256_INFO.length, bare.length);
        return info;
    }

    @Override
    public KeyId keyId() {
        return KeyId.of(publicKey);
    }

    @Override
    public int maxSignatureSize() {
        return algorithm.maxSignatureSize();
    }

    @Override
    public byte[] sign(Sha256Digest digest) throws IOException {
        var made = token.sign(
                key,
                algorithm == KeyAlgorithm.EC_P256 ? CKM_ECDSA : CKM_RSA_PKCS,
                algorithm.signedForm(digest),
                maxSignatureSize());
        var signature = algorithm == KeyAlgorithm.EC_P256 ? der(made) : made;
        if (!TrustedKeys.verifies(publicKey, digest, signature)) {
            throw SignerException.permanent(
                    "the token made a signature that its own public key does not verify",
                    "private and public key with the same id must be one pair: pkcs11-tool --list-objects shows them");
        }
        return signature;
    }

    /** {@return the DER of an ECDSA signature of which the token gives r and s, one behind the other} */
    private static byte[] der(byte[] halves) {
        var contents = new ByteArrayOutputStream();
        for (var half = 0; half < 2; half++) {
            var number = new BigInteger(
                            1, Arrays.copyOfRange(halves, half * halves.length / 2, (half + 1) * halves.length / 2))
                    .toByteArray();
            contents.write(2);
            contents.write(number.length);
            contents.writeBytes(number);
        }
        var out = new ByteArrayOutputStream();
        out.write(0x30);
        out.write(contents.size());
        out.writeBytes(contents.toByteArray());
        return out.toByteArray();
    }
}
