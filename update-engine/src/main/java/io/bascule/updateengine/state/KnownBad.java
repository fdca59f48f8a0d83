package io.bascule.updateengine.state;

import io.bascule.signing.Sha256Digest;
import io.bascule.signing.release.Version;
import java.time.Instant;

/**
 * A release that failed on this host, and is not taken again until somebody says so.
 *
 * @param identity SHA-256 of its UKI: a release with another kernel, initrd or {@code /usr} is another one, whatever it calls
 *     itself
 * @param version as it called itself
 * @param reason what was seen; a long text is cut
 */
public record KnownBad(Sha256Digest identity, Version version, String reason, Instant since) {
    public KnownBad {
        reason = ShortText.of(reason);
    }
}
