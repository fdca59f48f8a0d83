package io.bascule.payload;

import java.util.Locale;

/** Too few trusted keys signed a payload: it was changed, or others made it. */
public final class UntrustedSignatureException extends PayloadException {
    private final SignedRegion region;
    private final int threshold;
    private final int validCount;
    private final int signatureCount;

    UntrustedSignatureException(SignedRegion region, int threshold, int validCount, int signatureCount) {
        super(String.format(
                Locale.ROOT,
                "the payload's %s is not signed by a trusted key: %d valid of %d needed, %d signatures found",
                region == SignedRegion.METADATA ? "metadata" : "content",
                validCount,
                threshold,
                signatureCount));
        this.region = region;
        this.threshold = threshold;
        this.validCount = validCount;
        this.signatureCount = signatureCount;
    }

    public SignedRegion region() {
        return region;
    }

    /** {@return how many trusted keys had to sign} */
    public int threshold() {
        return threshold;
    }

    /** {@return how many did} */
    public int validCount() {
        return validCount;
    }

    /** {@return how many signatures the payload carries} */
    public int signatureCount() {
        return signatureCount;
    }
}
