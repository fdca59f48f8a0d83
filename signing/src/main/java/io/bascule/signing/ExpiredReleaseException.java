package io.bascule.signing;

import java.time.Instant;

/** A release whose time has passed: an attacker could be holding newer ones back. */
public final class ExpiredReleaseException extends TrustException {
    private final Instant expires;
    private final Instant now;

    /**
     * @param expires from when on the release is not to be believed
     * @param now not before {@code expires}
     */
    public ExpiredReleaseException(Instant expires, Instant now) {
        super("the release expired at " + expires + ", and it is " + now + " now");
        this.expires = expires;
        this.now = now;
    }

    public Instant expires() {
        return expires;
    }

    public Instant now() {
        return now;
    }
}
