package io.bascule.cli;

import io.bascule.signing.DevelopmentKeys;
import io.bascule.signing.Keyring;
import io.bascule.signing.KeyringRotation;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.SignedKeyring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keyrings and their versions as files beside each other. */
final class KeyringFile {
    private KeyringFile() {}

    /** {@return the keyring in a file, with its signatures} */
    static SignedKeyring read(Path file) throws CliFailure, IOException {
        try {
            return SignedKeyring.read(String.valueOf(file.getFileName()), InputFile.keyringBytes(file));
        } catch (MalformedDocumentException e) {
            throw InputFile.notAKeyring(file, e);
        }
    }

    /** {@return where the version after {@code keyring}, which is in {@code file}, goes if nobody says so} */
    static Path nextTo(Path file, Keyring keyring) {
        return file.resolveSibling(KeyringRotation.fileName(keyring.version() + 1));
    }

    /**
     * {@return the version before {@code keyring}, which is in {@code file}: the one given, or one of the usual name beside
     * it; nothing if there is none}
     */
    static Optional<Keyring> before(Path file, Keyring keyring, @Nullable Path given) throws CliFailure, IOException {
        var wanted = keyring.version() - 1;
        if (given != null) {
            var found = InputFile.keyring(given);
            if (found.version() != wanted) {
                throw new CliFailure(
                        ExitCode.BAD_INPUT,
                        "--previous: " + given + " is version " + found.version() + ", and the one before " + file
                                + " is version " + wanted,
                        "give the keyring of version " + wanted);
            }
            return Optional.of(found);
        }
        for (var name : List.of(KeyringRotation.fileName(wanted), DevelopmentKeys.KEYRING_FILE)) {
            var candidate = file.resolveSibling(name);
            if (Files.isRegularFile(candidate) && Files.isReadable(candidate)) {
                try {
                    var found = InputFile.keyring(candidate);
                    if (found.version() == wanted) {
                        return Optional.of(found);
                    }
                } catch (CliFailure e) {
                    // Nobody has named it: that it is no keyring says only that it is not the one.
                }
            }
        }
        return Optional.empty();
    }
}
