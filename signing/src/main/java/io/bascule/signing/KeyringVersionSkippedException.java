package io.bascule.signing;

/** A keyring that is not the one after the trusted one, but a later: what the ones between took away would stay. */
public final class KeyringVersionSkippedException extends KeyringRotationException {
    private final long version;

    KeyringVersionSkippedException(String document, long trustedVersion, long version) {
        super(
                document,
                trustedVersion,
                "version " + version + " of the keyring, and " + (trustedVersion + 1)
                        + " must come next: versions are not skipped");
        this.version = version;
    }

    /** {@return the version of the keyring that was refused} */
    public long version() {
        return version;
    }
}
