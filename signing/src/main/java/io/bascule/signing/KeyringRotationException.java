package io.bascule.signing;

/** A document that must not become the next keyring of who trusts another one. */
public abstract sealed class KeyringRotationException extends TrustException
        permits KeyringNotSignedByOldKeysException,
                KeyringNotSignedByNewKeysException,
                KeyringVersionSkippedException,
                KeyringRolledBackException {
    private final String document;
    private final long trustedVersion;

    KeyringRotationException(String document, long trustedVersion, String problem) {
        super(ForeignText.printable(document + ": " + problem));
        this.document = document;
        this.trustedVersion = trustedVersion;
    }

    /** {@return the name of the document that was refused} */
    public final String document() {
        return document;
    }

    /** {@return the version of the keyring that is trusted, and stays so} */
    public final long trustedVersion() {
        return trustedVersion;
    }
}
