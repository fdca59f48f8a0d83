package io.bascule.scenarios.command;

import picocli.CommandLine.Command;

/** {@code bascule scenario}. */
@Command(
        name = "scenario",
        description = {
            "Plays whole stories: hosts on real firmware that update, lose power, get broken disks and dead servers, and",
            "must survive. Only in a checkout."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ScenarioListCommand.class, ScenarioRunCommand.class},
        mixinStandardHelpOptions = true)
final class ScenarioCommand {}
