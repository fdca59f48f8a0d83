package io.bascule.signing;

import java.util.Locale;

/**
 * Too few of a new keyring's own keys vouch for it: nobody has shown to have their private halves, and who takes such a
 * keyring may never get another.
 */
public final class KeyringNotSignedByNewKeysException extends KeyringRotationException {
    private final long version;
    private final int threshold;
    private final int validCount;

    KeyringNotSignedByNewKeysException(
            String document, long trustedVersion, long version, int threshold, int validCount) {
        super(
                document,
                trustedVersion,
                String.format(
                        Locale.ROOT,
                        "signed by %d of its own keys, those of version %d, and %d must sign",
                        validCount,
                        version,
                        threshold));
        this.version = version;
        this.threshold = threshold;
        this.validCount = validCount;
    }

    /** {@return the version of the keyring that was refused} */
    public long version() {
        return version;
    }

    /** {@return how many keys of its role {@code keyring} must sign} */
    public int threshold() {
        return threshold;
    }

    /** {@return how many did} */
    public int validCount() {
        return validCount;
    }
}
