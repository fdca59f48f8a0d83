package io.bascule.signing;

import java.util.Locale;

/** What a keyring trusts keys for. */
public enum Role {
    /** Release metadata and payloads. */
    RELEASE,
    /** The next version of the keyring. */
    KEYRING;

    /** {@return its name in a keyring: {@code release} or {@code keyring}} */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
