package io.bascule.signing;

/** A keyring that is no newer than the trusted one: who plays it back wants keys trusted that no longer are. */
public final class KeyringRolledBackException extends KeyringRotationException {
    private final long version;

    KeyringRolledBackException(String document, long trustedVersion, long version) {
        super(
                document,
                trustedVersion,
                "version " + version + " of the keyring, and version " + trustedVersion + " is trusted already");
        this.version = version;
    }

    /** {@return the version of the keyring that was refused} */
    public long version() {
        return version;
    }
}
