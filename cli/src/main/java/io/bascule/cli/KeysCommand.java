package io.bascule.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bascule keys}. */
@Command(
        name = "keys",
        description = "Makes signing keys and shows keyrings.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {KeysNewCommand.class, KeysShowCommand.class, CommandLine.HelpCommand.class},
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Releases are signed with private keys; a keyring in every image names the public ones that its hosts",
            "trust, and how many of them must sign.",
            "",
            "Example:",
            "  bascule keys new --out keys",
            "  bascule build boards/amd64-base --version 1.0.0 --out releases --key keys/development.key"
        })
final class KeysCommand {}
