package io.bascule.signing.release;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.signing.JsonDocument;
import io.bascule.signing.KeyId;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.Signer;
import io.bascule.signing.StrictBase64;
import io.bascule.signing.TrustedKeys;
import io.bascule.signing.UntrustedReleaseException;
import java.io.IOException;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;

/**
 * A JSON object that carries its signatures: member {@code signatures} holds them, each over SHA-256 of the canonical form
 * (RFC 8785) of all other members.
 */
public final class SignedDocument {
    /** The member that holds the signatures. */
    public static final String SIGNATURES = "signatures";

    /** Each costs a verification. */
    private static final int MAX_SIGNATURES = 16;

    private SignedDocument() {}

    /**
     * Signs {@code root} as it is: sets its member {@code signatures}, which must be the last change.
     *
     * @param signers one to 16 with different keys
     * @throws IllegalArgumentException if {@code root} has no canonical form, or there are no such signers
     */
    public static void sign(ObjectNode root, List<Signer> signers) throws IOException {
        if (signers.isEmpty()
                || signers.size() > MAX_SIGNATURES
                || signers.stream().map(Signer::keyId).distinct().count() < signers.size()) {
            throw new IllegalArgumentException("not 1 to " + MAX_SIGNATURES + " signers with different keys");
        }
        root.remove(SIGNATURES);
        var digest = Sha256Digest.ofContent(CanonicalJson.encode(root));
        var signatures = root.putArray(SIGNATURES);
        for (var signer : signers) {
            signatures
                    .addObject()
                    .put("key", signer.keyId().toString())
                    .put("signature", Base64.getEncoder().encodeToString(signer.sign(digest)));
        }
    }

    /**
     * Reads a document and looks at nothing in it but its signatures until enough of them are found right.
     *
     * @param name of the document, for errors
     * @throws UntrustedReleaseException if too few of the keys signed it
     */
    static JsonDocument verify(String name, byte[] json, TrustedKeys keys)
            throws MalformedDocumentException, UntrustedReleaseException {
        var root = JsonDocument.read(name, json);
        if (!root.has(SIGNATURES)) {
            throw new UntrustedReleaseException(keys.threshold(), 0, 0);
        }
        var signatures = root.objectsIn(SIGNATURES, MAX_SIGNATURES);
        var digest = signedDigest(root);
        var valid = new HashSet<KeyId>();
        for (var signature : signatures) {
            var key = new KeyId(signature.digest("key"));
            if (keys.verifies(key, digest, bytes(signature))) {
                valid.add(key);
            }
        }
        if (valid.size() < keys.threshold()) {
            throw new UntrustedReleaseException(keys.threshold(), valid.size(), signatures.size());
        }
        return root;
    }

    private static Sha256Digest signedDigest(JsonDocument root) throws MalformedDocumentException {
        var signed = root.copy();
        signed.remove(SIGNATURES);
        try {
            return Sha256Digest.ofContent(CanonicalJson.encode(signed));
        } catch (IllegalArgumentException e) {
            throw root.malformed("", "it cannot have been signed: " + e.getMessage());
        }
    }

    private static byte[] bytes(JsonDocument signature) throws MalformedDocumentException {
        try {
            return StrictBase64.decode(signature.text("signature"));
        } catch (IllegalArgumentException e) {
            throw signature.malformed("signature", String.valueOf(e.getMessage()));
        }
    }
}
