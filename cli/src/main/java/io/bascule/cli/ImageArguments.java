package io.bascule.cli;

import io.bascule.imagebuilder.output.OutputFormat;
import io.bascule.partitionlayout.MalformedFormatException;
import java.nio.file.Path;

/** What the verbs that take disk images in any format have in common. */
final class ImageArguments {
    private ImageArguments() {}

    /** {@return the folder for what has to be decompressed to be looked at} */
    static Path scratch() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    static CliFailure malformed(Path file, MalformedFormatException e) {
        return new CliFailure(
                ExitCode.BAD_INPUT,
                file + ": " + e.getMessage(),
                "is it whole? Compare its SHA-256 with SHA256SUMS, and get it again from where it was built",
                e);
    }

    static OutputFormat format(String text) throws CliFailure {
        try {
            return OutputFormat.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CliFailure(ExitCode.USAGE, "--format: " + e.getMessage(), "", e);
        }
    }
}
