package io.bascule.signing;

import java.io.IOException;

/** A document that is well formed and yet must not be believed. */
public abstract sealed class TrustException extends IOException
        permits UntrustedReleaseException, ExpiredReleaseException, KeyringRotationException {
    TrustException(String message) {
        super(message);
    }
}
