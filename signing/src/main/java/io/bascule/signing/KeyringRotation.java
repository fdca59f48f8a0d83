package io.bascule.signing;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * From a trusted keyring to its successors (docs/formats/keyring.md, "Rotation"). The rule is that of TUF's root metadata
 * (specification 1.0.33, section 5.3): the next version counts if enough keys of the trusted one and enough of its own
 * signed it, and versions are counted one by one. Unlike there, keyrings do not expire.
 */
public final class KeyringRotation {
    /** How many steps one walk takes; the next one goes on from there. */
    public static final int MAX_STEPS = 256;

    /** The most signatures that a keyring carries: all keys that the old and the new one can have. */
    static final int MAX_SIGNATURES = 2 * Keyring.MAX_KEYS;

    private KeyringRotation() {}

    /**
     * Where a walk ended.
     *
     * @param keyring the newest that is trusted now
     * @param steps how many versions newer it is
     * @param complete whether there was none after it; else {@link #MAX_STEPS} were done
     */
    public record Walk(Keyring keyring, int steps, boolean complete) {}

    /** Who is told of each step of a walk as soon as it counts, so that an attack on a later one takes nothing back. */
    @FunctionalInterface
    public interface Keeper {
        /**
         * @param keyring which is trusted from now on
         * @param json its document, byte by byte
         * @throws IOException if it cannot be kept; the walk ends then
         */
        void keep(Keyring keyring, byte[] json) throws IOException;
    }

    /** {@return the name of the file that a version of the keyring is in} */
    public static String fileName(long version) {
        return "keyring-" + version + ".json";
    }

    /**
     * {@return the successor of a keyring}
     *
     * @param name of the document, for errors
     * @throws KeyringRotationException if it must not be believed; which of its classes says why
     * @throws MalformedDocumentException if it is not a keyring that this version knows
     */
    public static Keyring next(Keyring trusted, String name, byte[] json)
            throws MalformedDocumentException, KeyringRotationException {
        // 1. Nothing but the signatures is looked at before enough of the old keys are found to have signed.
        var document = SignedDocument.read(name, json, MAX_SIGNATURES);
        var old = trusted.trusted(Role.KEYRING);
        var byOld = document.signedBy(old).size();
        if (byOld < old.threshold()) {
            throw new KeyringNotSignedByOldKeysException(
                    name, trusted.version(), old.threshold(), byOld, document.signatureCount());
        }
        // 2. The versions count up by one. Before the new keys, so that an old keyring is called an old one.
        var next = KeyringReader.read(document.root());
        if (next.version() <= trusted.version()) {
            throw new KeyringRolledBackException(name, trusted.version(), next.version());
        }
        if (next.version() > trusted.version() + 1) {
            throw new KeyringVersionSkippedException(name, trusted.version(), next.version());
        }
        // 3. Enough of the new keys signed, too: they exist, and their owners agree.
        var own = next.trusted(Role.KEYRING);
        var byNew = document.signedBy(own).size();
        if (byNew < own.threshold()) {
            throw new KeyringNotSignedByNewKeysException(
                    name, trusted.version(), next.version(), own.threshold(), byNew);
        }
        return next;
    }

    /**
     * Goes from a trusted keyring to the newest that can be reached from it, version by version.
     *
     * @param source of files {@link #fileName}, each of at most {@link JsonDocument#MAX_SIZE} bytes
     * @param keeper told of each step that counts
     * @throws KeyringRotationException if a step must not be believed; those before it count, and the keeper was told
     * @throws MalformedDocumentException if a step is not a keyring that this version knows, or too large
     */
    public static Walk walk(Keyring trusted, KeyringSource source, Keeper keeper) throws IOException {
        var current = trusted;
        for (var steps = 0; steps < MAX_STEPS; steps++) {
            var name = fileName(current.version() + 1);
            var found = current.version() < Keyring.MAX_VERSION ? source.open(name) : Optional.<InputStream>empty();
            if (found.isEmpty()) {
                return new Walk(current, steps, true);
            }
            byte[] json;
            try (var in = found.get()) {
                // One more than allowed, so that what is too large is seen to be.
                json = in.readNBytes(JsonDocument.MAX_SIZE + 1);
            }
            current = next(current, name, json);
            keeper.keep(current, json);
        }
        return new Walk(current, MAX_STEPS, false);
    }
}
