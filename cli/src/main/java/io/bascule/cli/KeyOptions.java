package io.bascule.cli;

import io.bascule.signing.KeyFile;
import io.bascule.signing.Signer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The keys that sign. */
final class KeyOptions {
    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Private key that signs, as `keys new` makes them; repeat it for several.")
    private List<Path> keys = new ArrayList<>();

    @Mixin
    private PassphraseOption passphrases = new PassphraseOption();

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** {@return the first key's file; there must be one} */
    Path first() {
        return keys.getFirst();
    }

    /** {@return those that can sign with the keys given, in their order; all different} */
    List<Signer> signers() throws CliFailure, IOException {
        var signers = new ArrayList<Signer>();
        var ids = new HashSet<>();
        for (var key : keys) {
            var signer = KeyFile.readSigner(key, passphrases);
            if (!ids.add(signer.keyId())) {
                throw new CliFailure(
                        ExitCode.USAGE,
                        "--key " + key + ": key " + signer.keyId() + " is given twice",
                        "give each key once: a key that signs twice counts once");
            }
            signers.add(signer);
        }
        return signers;
    }
}
