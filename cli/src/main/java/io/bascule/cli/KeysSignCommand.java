package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule keys sign}. */
@Command(
        name = "sign",
        description = {
            "Adds signatures to the next version of a keyring that others have begun, and",
            "says whose are missing still. Nothing else in the file changes."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Look at what you sign first: `bascule keys show` tells what is in it.",
            "",
            "Example:",
            "  bascule keys show keyring-2.json",
            "  bascule keys sign keyring-2.json --key anna.key"
        })
final class KeysSignCommand implements Callable<Integer> {
    @Parameters(paramLabel = "KEYRING", description = "The keyring to sign, from `keys rotate` or `keys retire`.")
    private Path file = Path.of("");

    @Mixin
    private KeyOptions keys = new KeyOptions();

    @Option(
            names = "--previous",
            paramLabel = "KEYRING",
            description =
                    "The version before it. Default: keyring-N.json or keyring.json beside it, if it is that version.")
    private @Nullable Path previous;

    @Option(names = "--dry-run", description = "Do it all and say what would be, but write nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, IOException {
        if (keys.isEmpty()) {
            throw new CliFailure(ExitCode.USAGE, "a key must sign", "give it with --key");
        }
        var document = KeyringFile.read(file);
        var keyring = document.keyring();
        if (keyring.version() == 1) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT,
                    file + " is version 1, the one that hosts begin with: nobody's signature makes it more trusted",
                    "`bascule keys rotate` makes the next version, which is signed");
        }
        var before = KeyringFile.before(file, keyring, previous);
        var signers = keys.signers();
        KeyringVoters.require(signers, keyring, before);
        var signed = document.signedWith(signers);
        if (!dryRun) {
            signed.replace(file);
        }
        var report = new KeyringReport(signed, before);
        if (json) {
            var root = new ObjectMapper()
                    .createObjectNode()
                    .put("keyring", file.toString())
                    .put("written", !dryRun)
                    .put("version", keyring.version());
            report.addTo(root);
            System.out.println(root.toPrettyString());
        } else {
            System.out.println(
                    (dryRun ? "would sign " : "signed ") + file + ", version " + keyring.version() + " of the keyring");
            report.print(System.out);
        }
        return ExitCode.OK.number();
    }
}
