package io.bascule.signing;

import java.util.Locale;

/** Too few keys of the trusted keyring vouch for its successor: others made it, or it was changed. */
public final class KeyringNotSignedByOldKeysException extends KeyringRotationException {
    private final int threshold;
    private final int validCount;
    private final int signatureCount;

    KeyringNotSignedByOldKeysException(
            String document, long trustedVersion, int threshold, int validCount, int signatureCount) {
        super(
                document,
                trustedVersion,
                String.format(
                        Locale.ROOT,
                        "signed by %d of the keys of the trusted keyring, version %d, and %d must sign"
                                + " (%d signatures found)",
                        validCount,
                        trustedVersion,
                        threshold,
                        signatureCount));
        this.threshold = threshold;
        this.validCount = validCount;
        this.signatureCount = signatureCount;
    }

    /** {@return how many keys of the trusted keyring's role {@code keyring} must sign} */
    public int threshold() {
        return threshold;
    }

    /** {@return how many did} */
    public int validCount() {
        return validCount;
    }

    /** {@return how many signatures the document carries, right or wrong} */
    public int signatureCount() {
        return signatureCount;
    }
}
