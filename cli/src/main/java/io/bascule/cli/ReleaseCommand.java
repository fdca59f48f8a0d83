package io.bascule.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bascule release}. */
@Command(
        name = "release",
        description = "Checks release folders.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ReleaseVerifyCommand.class, CommandLine.HelpCommand.class},
        mixinStandardHelpOptions = true)
final class ReleaseCommand {}
