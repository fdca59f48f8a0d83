package io.bascule.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bascule payload}. */
@Command(
        name = "payload",
        description = "Makes update payloads, looks into them, applies them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PayloadInspectCommand.class,
            PayloadVerifyCommand.class,
            PayloadDeltaCommand.class,
            PayloadApplyCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A payload (.payload in a release folder) is what a host writes to its other slot: /usr, its dm-verity",
            "hashes and the unified kernel image, in the format of Android's update engine (CrAU version 2). A full one",
            "comes with each signed release; deltas are for hosts that have an earlier release.",
            "",
            "Example:",
            "  bascule payload inspect releases/amd64-base/1.0.0/amd64-base_1.0.0.payload"
        })
final class PayloadCommand {}
