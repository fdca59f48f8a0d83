package io.bascule.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bascule keys}. */
@Command(
        name = "keys",
        description = "Makes, lists and replaces signing keys, and the keyrings that trust them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            KeysNewCommand.class,
            KeysListCommand.class,
            KeysShowCommand.class,
            KeysRotateCommand.class,
            KeysRetireCommand.class,
            KeysSignCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Releases are signed with private keys; a keyring in every image names the public ones that its hosts",
            "trust, and how many of them must sign.",
            "",
            "Examples:",
            "  bascule keys new --out keys",
            "  bascule build boards/amd64-base --version 1.0.0 --out releases --key keys/development.key",
            "  bascule keys rotate --keyring keys/keyring.json --add anna.pub \\",
            "      --key keys/development.key"
        })
final class KeysCommand {}
