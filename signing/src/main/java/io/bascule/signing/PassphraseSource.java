package io.bascule.signing;

import java.io.IOException;
import java.nio.file.Path;

/** Who knows the passphrases of key files. */
@FunctionalInterface
public interface PassphraseSource {
    /** Nobody: keys with a passphrase cannot be used. */
    PassphraseSource NONE = file -> {
        throw new KeyFileException(
                file,
                "a key with a passphrase, which is not asked for here",
                "give a key without one, or its passphrase");
    };

    /**
     * {@return the passphrase of a key file; it is overwritten after use}
     *
     * @throws KeyFileException if there is none to be had
     */
    char[] passphrase(Path file) throws IOException;

    /**
     * {@return the PIN of a token; it is overwritten after use}
     *
     * @param token its label
     * @throws IOException if there is none to be had
     */
    default char[] pin(String token) throws IOException {
        throw new IOException("token '" + token + "' needs a PIN, which is not asked for here");
    }
}
