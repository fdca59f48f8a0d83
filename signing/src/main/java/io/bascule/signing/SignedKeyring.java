package io.bascule.signing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A keyring on its way from hand to hand: its document with the signatures that are under it so far. Hosts do not use it;
 * {@link KeyringRotation} says what they believe.
 */
public final class SignedKeyring {
    private final SignedDocument document;
    private final Keyring keyring;

    /**
     * How far the signatures of one role have come.
     *
     * @param threshold how many keys must sign
     * @param signed which of the role's keys did
     * @param open which of them did not yet
     */
    public record Progress(int threshold, SortedSet<KeyId> signed, SortedSet<KeyId> open) {
        public Progress {
            signed = Collections.unmodifiableSortedSet(new TreeSet<>(signed));
            open = Collections.unmodifiableSortedSet(new TreeSet<>(open));
        }

        /** {@return how many keys must sign still} */
        public int missing() {
            return Math.max(0, threshold - signed.size());
        }
    }

    private SignedKeyring(SignedDocument document, Keyring keyring) {
        this.document = document;
        this.keyring = keyring;
    }

    /**
     * Reads a document, signed or not.
     *
     * @param name of the document, for errors
     */
    public static SignedKeyring read(String name, byte[] json) throws MalformedDocumentException {
        var document = SignedDocument.read(name, json, KeyringRotation.MAX_SIGNATURES);
        return new SignedKeyring(document, KeyringReader.read(document.root()));
    }

    /** {@return the document of a keyring that nobody has signed yet} */
    public static SignedKeyring unsigned(Keyring keyring) {
        try {
            return read(Keyring.NAME, keyring.toJson().getBytes(StandardCharsets.UTF_8));
        } catch (MalformedDocumentException e) {
            throw new AssertionError("what a keyring writes is a keyring", e);
        }
    }

    /** {@return what the document says} */
    public Keyring keyring() {
        return keyring;
    }

    /** {@return how many of the role {@code keyring} of {@code voters} have signed: of the keyring before, or of this one} */
    public Progress progress(Keyring voters) {
        var trusted = voters.trusted(Role.KEYRING);
        var signed = document.signedBy(trusted);
        var open = new TreeSet<>(trusted.ids());
        open.removeAll(signed);
        return new Progress(trusted.threshold(), signed, open);
    }

    /** {@return the keys by which it says to be signed, rightly or not} */
    public SortedSet<KeyId> namedKeys() {
        return document.namedKeys();
    }

    /**
     * {@return the same keyring with more signatures; those that the same keys made before are replaced}
     *
     * @throws IOException if a key cannot be used
     */
    public SignedKeyring signedWith(List<Signer> signers) throws IOException {
        var root = document.root().copy();
        SignedDocument.add(root, signers);
        return read(Keyring.NAME, Keyring.write(root).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes the document to a new file.
     *
     * @throws KeyFileException if there is one of that name: two keyrings of one version would be two to trust
     */
    public void write(Path file) throws IOException {
        KeyFile.writeNew(file, toJson(), KeyFile.PUBLIC_MODE);
    }

    /** Writes the document in the place of the one that it was made from, in one step. */
    public void replace(Path file) throws IOException {
        KeyFile.replace(file, toJson(), KeyFile.PUBLIC_MODE);
    }

    /** {@return the document, with everything that it had when it was read} */
    public String toJson() {
        return Keyring.write(document.root().copy());
    }
}
