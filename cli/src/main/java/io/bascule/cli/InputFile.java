package io.bascule.cli;

import io.bascule.signing.JsonDocument;
import io.bascule.signing.Keyring;
import io.bascule.signing.MalformedDocumentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that the user names, with complaints that say which one it was. */
final class InputFile {
    private InputFile() {}

    /** Complains unless there is a file that can be read. */
    static void require(Path file, String what, String hint) throws CliFailure {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new CliFailure(ExitCode.BAD_INPUT, "there is no " + what + " " + file + " that can be read", hint);
        }
    }

    /** {@return the bytes of a keyring, at most one more than a keyring may have} */
    static byte[] keyringBytes(Path file) throws CliFailure, IOException {
        require(file, "keyring", "give the keyring.json that `bascule keys new` wrote, or another like it");
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(JsonDocument.MAX_SIZE + 1);
        }
    }

    /** {@return the keyring in a file} */
    static Keyring keyring(Path file) throws CliFailure, IOException {
        try {
            return Keyring.read(keyringBytes(file));
        } catch (MalformedDocumentException e) {
            throw notAKeyring(file, e);
        }
    }

    static CliFailure notAKeyring(Path file, MalformedDocumentException e) {
        return new CliFailure(
                ExitCode.BAD_INPUT,
                file + " is not a keyring: " + e.getMessage(),
                "docs/formats/keyring.md tells what a keyring has; `bascule keys new` writes one",
                e);
    }
}
