package io.bascule.signing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A JSON object that carries its signatures: member {@code signatures} holds them, each over SHA-256 of the canonical form
 * (RFC 8785) of all other members.
 */
public final class SignedDocument {
    /** The member that holds the signatures. */
    public static final String SIGNATURES = "signatures";

    /** How many there may be if a format does not say otherwise: each costs a verification. */
    private static final int MAX_SIGNATURES = 16;

    private final JsonDocument root;
    private final Sha256Digest digest;
    private final List<Entry> entries;

    /** A signature as the document has it, right or wrong. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Entry(KeyId key, byte[] signature) {}

    private SignedDocument(JsonDocument root, Sha256Digest digest, List<Entry> entries) {
        this.root = root;
        this.digest = digest;
        this.entries = Collections.unmodifiableList(entries);
    }

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
        add(root, signers);
    }

    /**
     * Adds signatures to those that {@code root} has, in the place of those that the same keys have made before.
     *
     * @throws IllegalArgumentException if {@code root} has no canonical form
     */
    static void add(ObjectNode root, List<Signer> signers) throws IOException {
        var digest = digest(root.deepCopy());
        var signatures = root.get(SIGNATURES) instanceof ArrayNode array ? array : root.putArray(SIGNATURES);
        for (var signer : signers) {
            var id = signer.keyId().toString();
            var signature = Base64.getEncoder().encodeToString(signer.sign(digest));
            signatures.removeIf(entry -> id.equals(entry.path("key").textValue()));
            signatures.addObject().put("key", id).put("signature", signature);
        }
    }

    /**
     * Reads a document and looks at nothing in it but its signatures until enough of them are found right.
     *
     * @param name of the document, for errors
     * @throws UntrustedReleaseException if too few of the keys signed it
     */
    public static JsonDocument verify(String name, byte[] json, TrustedKeys keys)
            throws MalformedDocumentException, UntrustedReleaseException {
        var document = read(name, json, MAX_SIGNATURES);
        var valid = document.signedBy(keys).size();
        if (valid < keys.threshold()) {
            throw new UntrustedReleaseException(keys.threshold(), valid, document.signatureCount());
        }
        return document.root;
    }

    /**
     * Reads a document with its signatures, which are not verified yet.
     *
     * @param name of the document, for errors
     * @param mostSignatures how many it may have; if there are none, no member is as good as an empty one
     */
    static SignedDocument read(String name, byte[] json, int mostSignatures) throws MalformedDocumentException {
        var root = JsonDocument.read(name, json);
        var entries = new ArrayList<Entry>();
        if (root.has(SIGNATURES)) {
            for (var signature : root.objectsIn(SIGNATURES, mostSignatures)) {
                entries.add(new Entry(new KeyId(signature.digest("key")), bytes(signature)));
            }
        }
        try {
            return new SignedDocument(root, digest(root.copy()), entries);
        } catch (IllegalArgumentException e) {
            throw root.malformed("", "it cannot have been signed: " + e.getMessage());
        }
    }

    /** {@return what the document says; whether to believe it is for {@link #signedBy} to tell} */
    JsonDocument root() {
        return root;
    }

    /** {@return how many signatures the document carries, right or wrong} */
    int signatureCount() {
        return entries.size();
    }

    /** {@return the keys by which the document says to be signed} */
    SortedSet<KeyId> namedKeys() {
        var ids = new TreeSet<KeyId>();
        entries.forEach(entry -> ids.add(entry.key()));
        return ids;
    }

    /** {@return which of {@code keys} signed the document; each once, however many signatures are its} */
    SortedSet<KeyId> signedBy(TrustedKeys keys) {
        var valid = new TreeSet<KeyId>();
        for (var entry : entries) {
            if (keys.verifies(entry.key(), digest, entry.signature())) {
                valid.add(entry.key());
            }
        }
        return valid;
    }

    /** @param copy of the document, which loses its signatures here */
    private static Sha256Digest digest(ObjectNode copy) {
        copy.remove(SIGNATURES);
        return Sha256Digest.ofContent(CanonicalJson.encode(copy));
    }

    private static byte[] bytes(JsonDocument signature) throws MalformedDocumentException {
        try {
            return StrictBase64.decode(signature.text("signature"));
        } catch (IllegalArgumentException e) {
            throw signature.malformed("signature", String.valueOf(e.getMessage()));
        }
    }
}
