package io.bascule.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bascule image}. */
@Command(
        name = "image",
        description = "Looks into disk images and /usr file systems, and changes their format.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ImageListCommand.class,
            ImageCatCommand.class,
            ImageExtractCommand.class,
            ImageDiffCommand.class,
            ImageConvertCommand.class,
            ImageInspectCommand.class,
            ImageVerifyCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true)
final class ImageCommand {}
