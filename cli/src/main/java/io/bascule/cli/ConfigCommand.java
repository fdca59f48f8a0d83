package io.bascule.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bascule config}. */
@Command(
        name = "config",
        description = "Checks what hosts are told at their first boot.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ConfigCheckCommand.class, CommandLine.HelpCommand.class},
        mixinStandardHelpOptions = true)
final class ConfigCommand {}
