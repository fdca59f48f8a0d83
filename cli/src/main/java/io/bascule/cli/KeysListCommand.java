package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.signing.ForeignText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule keys list}. */
@Command(
        name = "list",
        description = {
            "Lists the keys and keyrings in a folder: which key is in which file, and",
            "whether a passphrase protects it. None is asked for."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Looks at NAME.key, NAME.pub and NAME.json right in the folder. Comments are",
            "those of its keyrings.",
            "",
            "Example:",
            "  bascule keys list keys"
        })
final class KeysListCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", arity = "0..1", description = "Where to look; default: ${DEFAULT-VALUE}.")
    private Path folder = Path.of("keys");

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, IOException {
        if (!Files.isDirectory(folder)) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT,
                    "there is no folder " + folder,
                    "name the folder with the keys; `bascule keys new` makes one");
        }
        var items = KeyFolder.list(folder);
        if (json) {
            printJson(items);
        } else {
            print(items);
        }
        return ExitCode.OK.number();
    }

    private void print(List<KeyFolder.Item> items) {
        if (items.isEmpty()) {
            System.out.println("no keys and no keyrings in " + folder);
            return;
        }
        for (var item : items) {
            var text = switch (item) {
                case KeyFolder.KeyItem key ->
                    String.format(
                            Locale.ROOT,
                            "%-24s %-11s %-9s %-14s %s  %s",
                            key.name(),
                            key.isPrivate() ? "private key" : "public key",
                            key.algorithm().isEmpty() ? "?" : key.algorithm(),
                            key.isPrivate() ? (key.isProtected() ? "passphrase" : "NOT PROTECTED") : "",
                            key.id().isEmpty() ? "id unknown: no public key beside it" : key.id(),
                            ForeignText.printable(key.comment()));
                case KeyFolder.KeyringItem keyring ->
                    String.format(
                            Locale.ROOT,
                            "%-24s %-11s version %d, %d keys; %s",
                            keyring.name(),
                            "keyring",
                            keyring.version(),
                            keyring.keys(),
                            keyring.roles());
                case KeyFolder.OtherItem other ->
                    String.format(
                            Locale.ROOT,
                            "%-24s %-11s %s",
                            other.name(),
                            "unusable",
                            ForeignText.printable(other.problem()));
            };
            System.out.println(text.stripTrailing());
        }
    }

    private static void printJson(List<KeyFolder.Item> items) {
        var list = new ObjectMapper().createArrayNode();
        for (var item : items) {
            var node = list.addObject().put("file", item.name());
            switch (item) {
                case KeyFolder.KeyItem key ->
                    node.put("kind", key.isPrivate() ? "private key" : "public key")
                            .put("protected", key.isProtected())
                            .put("algorithm", key.algorithm())
                            .put("id", key.id())
                            .put("comment", key.comment());
                case KeyFolder.KeyringItem keyring ->
                    node.put("kind", "keyring")
                            .put("version", keyring.version())
                            .put("keys", keyring.keys());
                case KeyFolder.OtherItem other -> node.put("kind", "unusable").put("problem", other.problem());
            }
        }
        System.out.println(list.toPrettyString());
    }
}
