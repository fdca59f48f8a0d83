package io.bascule.cli;

import io.bascule.signing.KeyringChange;
import io.bascule.signing.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bascule keys retire}. */
@Command(
        name = "retire",
        description = {
            "Makes the next version of a keyring without a key, whose signatures count",
            "nothing from then on. It is refused if too few keys would be left for a role;",
            "`bascule keys rotate` can put another in its place."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The key may sign its own retirement, as a key of the old version. Hosts trust",
            "it until they have the next version.",
            "",
            "Example:",
            "  bascule keys retire 3f9ac210 --keyring keys/keyring-2.json --key anna.key"
        })
final class KeysRetireCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "ID",
            arity = "1..*",
            description = "Id of the key, as `keys show` tells it; its first 8 digits are enough.")
    private List<String> ids = new ArrayList<>();

    @Mixin
    private KeyringStepOptions step = new KeyringStepOptions();

    @Override
    public Integer call() throws CliFailure, IOException {
        var roles = EnumSet.allOf(Role.class);
        var removals =
                ids.stream().map(id -> new KeyringChange.Removal(id, roles)).toList();
        return step.make(new KeyringChange(List.of(), removals, Map.of()));
    }
}
