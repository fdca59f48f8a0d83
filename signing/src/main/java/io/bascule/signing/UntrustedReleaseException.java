package io.bascule.signing;

import java.util.Locale;

/** Too few trusted keys signed a release's metadata: it was changed, or others made it. */
public final class UntrustedReleaseException extends TrustException {
    private final int threshold;
    private final int validCount;
    private final int signatureCount;

    /**
     * @param threshold how many trusted keys had to sign
     * @param validCount how many did
     * @param signatureCount how many signatures the document carries
     */
    public UntrustedReleaseException(int threshold, int validCount, int signatureCount) {
        super(
                signatureCount == 0
                        ? "the release is not signed"
                        : String.format(
                                Locale.ROOT,
                                "the release is not signed by the trusted keys:"
                                        + " %d valid of %d needed, %d signatures found",
                                validCount,
                                threshold,
                                signatureCount));
        this.threshold = threshold;
        this.validCount = validCount;
        this.signatureCount = signatureCount;
    }

    /** {@return how many trusted keys had to sign} */
    public int threshold() {
        return threshold;
    }

    /** {@return how many did} */
    public int validCount() {
        return validCount;
    }

    /** {@return how many signatures the document carries} */
    public int signatureCount() {
        return signatureCount;
    }
}
