package io.bascule.cli;

import io.bascule.signing.Role;
import io.bascule.signing.TrustedKeys;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Whose signatures count. */
final class TrustOption {
    @Option(
            names = "--trust",
            required = true,
            paramLabel = "KEYRING",
            description = "The keyring.json whose role 'release' must have signed.")
    private Path trust = Path.of("");

    TrustedKeys keys() throws CliFailure, IOException {
        return InputFile.keyring(trust).trusted(Role.RELEASE);
    }
}
