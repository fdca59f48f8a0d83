package io.bascule.cli;

import io.bascule.signing.Signer;
import io.bascule.signing.external.Signers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The keys that sign. */
final class KeyOptions {
    @Option(
            names = "--key",
            paramLabel = "KEY",
            converter = KeyArgument.Converter.class,
            description = {
                "Private key that signs; repeat it for several. A file as `keys new` makes them,",
                "'command:PROGRAM?public=FILE', or 'pkcs11:token=LABEL;object=LABEL?module-path=FILE&pin-source=FILE'."
            })
    private List<KeyArgument> keys = new ArrayList<>();

    @Mixin
    private PassphraseOption passphrases = new PassphraseOption();

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** {@return the file of the first key, if it is in one} */
    Optional<Path> firstFile() throws CliFailure {
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Signers.file(keys.getFirst().text());
        } catch (IllegalArgumentException e) {
            throw wrong(keys.getFirst(), e);
        }
    }

    /** {@return those that can sign with the keys given, in their order; all different} */
    List<Signer> signers() throws CliFailure, IOException {
        var signers = new ArrayList<Signer>();
        var ids = new HashSet<>();
        for (var key : keys) {
            var signer = open(key);
            if (!ids.add(signer.keyId())) {
                throw new CliFailure(
                        ExitCode.USAGE,
                        "--key " + key.text() + ": key " + signer.keyId() + " is given twice",
                        "give each key once: a key that signs twice counts once");
            }
            signers.add(signer);
        }
        return signers;
    }

    private Signer open(KeyArgument key) throws CliFailure, IOException {
        try {
            return Signers.open(key.text(), passphrases);
        } catch (IllegalArgumentException e) {
            throw wrong(key, e);
        }
    }

    private static CliFailure wrong(KeyArgument key, IllegalArgumentException e) {
        return new CliFailure(
                ExitCode.USAGE,
                "--key " + key.text() + ": " + e.getMessage(),
                "docs/cli.md, \"Keys elsewhere\", has examples; quote the URI, because shells read ; & and ? themselves",
                e);
    }
}
