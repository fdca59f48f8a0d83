package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.signing.Keyring;
import io.bascule.signing.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule keys show}. */
@Command(
        name = "show",
        description = "Shows whom a keyring trusts: its keys, and how many of them each role needs.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The id of a key is the SHA-256 of its public half; openssl tells the same:",
            "  openssl pkey -pubin -in NAME.pub -outform DER | sha256sum"
        })
final class KeysShowCommand implements Callable<Integer> {
    @Parameters(paramLabel = "KEYRING", description = "A keyring.json.")
    private Path file = Path.of("");

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, IOException {
        var keyring = InputFile.keyring(file);
        if (json) {
            printJson(keyring);
        } else {
            print(keyring);
        }
        return ExitCode.OK.number();
    }

    private static void print(Keyring keyring) {
        System.out.println("version " + keyring.version() + " of the keyring");
        System.out.println();
        keyring.keys()
                .forEach((id, key) ->
                        System.out.println("key " + id + "  " + key.algorithm().text() + "  " + key.comment()));
        for (var role : Role.values()) {
            var filled = keyring.roleKeys(role);
            System.out.println();
            System.out.println("role " + role.text() + ": " + filled.threshold() + " of "
                    + filled.keys().size() + " must sign");
            filled.keys().forEach(id -> System.out.println("  " + id));
        }
    }

    private static void printJson(Keyring keyring) {
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
        System.out.println(root.toPrettyString());
    }
}
