package io.bascule.payload;

import java.io.IOException;

/** A payload that is well formed and yet must not be used. */
public abstract sealed class PayloadException extends IOException
        permits UntrustedSignatureException, DigestMismatchException, TargetMismatchException, SourceMismatchException {
    PayloadException(String message) {
        super(message);
    }
}
