package io.bascule.qemuharness;

import java.time.Duration;
import java.util.Locale;

/** Something that was waited for did not come within its limit. */
public final class VmTimeoutException extends VmException {
    private final String waitedFor;
    private final Duration limit;

    VmTimeoutException(String waitedFor, Duration limit, VmEvidence evidence) {
        super(
                String.format(Locale.ROOT, "waited %.1f s in vain for %s", limit.toMillis() / 1000.0, waitedFor),
                evidence);
        this.waitedFor = waitedFor;
        this.limit = limit;
    }

    public String waitedFor() {
        return waitedFor;
    }

    public Duration limit() {
        return limit;
    }
}
