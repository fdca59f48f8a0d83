package io.bascule.cli;

import io.bascule.signing.KeyFile;
import io.bascule.signing.Keyring;
import io.bascule.signing.KeyringChange;
import io.bascule.signing.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bascule keys rotate}. */
@Command(
        name = "rotate",
        description = {
            "Makes the next version of a keyring, with other keys or thresholds.",
            "Who trusts the old one takes it when enough keys with the role 'keyring' have",
            "signed: of the old one, and of the new one."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Keys that are missing sign later, on any machine: `bascule keys sign`.",
            "Removals are done before additions. A key without a role is not in the",
            "keyring any more.",
            "",
            "Examples:",
            "  A second key for releases, and from now on both must sign:",
            "    bascule keys rotate --keyring keys/keyring.json --add release=anna.pub \\",
            "        --threshold release=2 --key keys/development.key",
            "  Another key instead of one that may be known to others:",
            "    bascule keys rotate --keyring keys/keyring-2.json --remove 3f9ac210 \\",
            "        --add new.pub --key keys/development.key --key new.key"
        })
final class KeysRotateCommand implements Callable<Integer> {
    @Mixin
    private KeyringStepOptions step = new KeyringStepOptions();

    @Option(
            names = "--add",
            paramLabel = "[ROLE=]PUB",
            description = "Public key that comes: for the role 'release' or 'keyring', or without ROLE= for both."
                    + " Its comment is the file's name. May be given several times.")
    private List<String> added = new ArrayList<>();

    @Option(
            names = "--remove",
            paramLabel = "[ROLE=]ID",
            description = "Id of a key that loses the role, or without ROLE= both; its first 8 digits are enough."
                    + " May be given several times.")
    private List<String> removed = new ArrayList<>();

    @Option(
            names = "--threshold",
            paramLabel = "ROLE=N",
            description = "How many keys of the role must sign from then on. May be given for each role.")
    private List<String> thresholds = new ArrayList<>();

    @Override
    public Integer call() throws CliFailure, IOException {
        var additions = new ArrayList<KeyringChange.Addition>();
        for (var text : added) {
            var argument = RoleArgument.parse(text);
            var file = Path.of(argument.value());
            var name = String.valueOf(file.getFileName());
            var comment = name.endsWith(KeyFile.PUBLIC_SUFFIX)
                    ? name.substring(0, name.length() - KeyFile.PUBLIC_SUFFIX.length())
                    : name;
            additions.add(
                    new KeyringChange.Addition(Keyring.Key.of(KeyFile.readPublic(file), comment), argument.roles()));
        }
        var removals = removed.stream()
                .map(RoleArgument::parse)
                .map(argument -> new KeyringChange.Removal(argument.value(), argument.roles()))
                .toList();
        var numbers = new EnumMap<Role, Integer>(Role.class);
        for (var text : thresholds) {
            var argument = RoleArgument.parse(text);
            var number = argument.number("--threshold");
            for (var role : argument.roles()) {
                if (numbers.put(role, number) != null) {
                    throw new CliFailure(
                            ExitCode.USAGE, "--threshold: two for the role " + role.text(), "give one for each role");
                }
            }
        }
        return step.make(new KeyringChange(additions, removals, numbers));
    }
}
