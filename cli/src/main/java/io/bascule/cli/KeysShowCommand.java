package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.signing.ForeignText;
import io.bascule.signing.Keyring;
import io.bascule.signing.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule keys show}. */
@Command(
        name = "show",
        description = {
            "Shows whom a keyring trusts: its keys, and how many of them each role needs.",
            "Of a later version than the first also: which signatures it has, and which it lacks."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The id of a key is the SHA-256 of its public half; openssl tells the same:",
            "  openssl pkey -pubin -in NAME.pub -outform DER | sha256sum",
            "",
            "Examples:",
            "  bascule keys show keys/keyring.json",
            "  bascule keys show keyring-2.json --previous keys/keyring.json"
        })
final class KeysShowCommand implements Callable<Integer> {
    @Parameters(paramLabel = "KEYRING", description = "A keyring.json.")
    private Path file = Path.of("");

    @Option(
            names = "--previous",
            paramLabel = "KEYRING",
            description = "The version before it, whose keys must have signed. Default: keyring-N.json or keyring.json"
                    + " beside it, if it is that version.")
    private @Nullable Path previous;

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, IOException {
        var keyring = InputFile.keyring(file);
        // Hosts begin with the first version, whoever signed it.
        var report = keyring.version() == 1
                ? Optional.<KeyringReport>empty()
                : Optional.of(new KeyringReport(KeyringFile.read(file), KeyringFile.before(file, keyring, previous)));
        if (json) {
            printJson(keyring, report);
        } else {
            print(keyring);
            report.ifPresent(signatures -> {
                System.out.println();
                signatures.print(System.out);
            });
        }
        return ExitCode.OK.number();
    }

    private static void print(Keyring keyring) {
        System.out.println("version " + keyring.version() + " of the keyring");
        System.out.println();
        keyring.keys()
                .forEach((id, key) -> System.out.println(
                        "key " + id + "  " + key.algorithm().text() + "  " + ForeignText.printable(key.comment())));
        for (var role : Role.values()) {
            var filled = keyring.roleKeys(role);
            System.out.println();
            System.out.println("role " + role.text() + ": " + filled.threshold() + " of "
                    + filled.keys().size() + " must sign");
            filled.keys().forEach(id -> System.out.println("  " + id));
        }
    }

    private static void printJson(Keyring keyring, Optional<KeyringReport> report) {
        var root = new ObjectMapper().createObjectNode().put("version", keyring.version());
        var keys = root.putArray("keys");
        keyring.keys()
                .forEach((id, key) -> keys.addObject()
                        .put("id", id.toString())
                        .put("algorithm", key.algorithm().text())
                        .put("comment", key.comment()));
        var roles = root.putObject("roles");
        for (var role : Role.values()) {
            var filled = keyring.roleKeys(role);
            var node = roles.putObject(role.text()).put("threshold", filled.threshold());
            var ids = node.putArray("keys");
            filled.keys().forEach(id -> ids.add(id.toString()));
        }
        report.ifPresent(signatures -> signatures.addTo(root));
        System.out.println(root.toPrettyString());
    }
}
