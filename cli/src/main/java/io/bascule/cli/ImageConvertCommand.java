package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.output.ImageConverter;
import io.bascule.imagebuilder.output.OutputFormat;
import io.bascule.imagebuilder.output.OutputOptions;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule image convert}. */
@Command(
        name = "convert",
        description = {
            "Writes the disk in IN as OUT, in another format. What IN is in is found out by its contents: raw, qcow2, VMDK,",
            "VHD, and any of these compressed by zstd, xz or bzip2. The same disk gives the same bytes everywhere."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Formats: raw, qcow2, qcow2-zstd (compressed clusters, QEMU 5.1 or later), vmdk (monolithicSparse), vhd",
            "(fixed, as Azure wants it), vhd-dynamic; each also with .zst, .xz or .bz2 behind it.",
            "",
            "Examples:",
            "  bascule image convert amd64-base_1.0.0.raw amd64-base_1.0.0.qcow2",
            "  bascule image convert amd64-base_1.0.0.raw download/amd64-base_1.0.0.raw.zst --level 19",
            "  bascule image convert amd64-base_1.0.0.raw.xz disk.vmdk"
        })
final class ImageConvertCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "IN", description = "The image of a whole disk.")
    private Path in = Path.of("");

    @Parameters(index = "1", paramLabel = "OUT", description = "The file to write; it must not exist.")
    private Path out = Path.of("");

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "What to write; by default what the name of OUT ends with, like .qcow2 or .raw.zst.")
    private @Nullable String format;

    @Option(
            names = "--level",
            paramLabel = "N",
            description = "How hard to compress: 1 to 22 for zstd (default 12), 0 to 9 for xz (6), 1 to 9 for bz2 (9).")
    private @Nullable Integer level;

    @Option(names = "--jobs", paramLabel = "N", description = "Threads that compress; default: one for each core.")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(names = "--force", description = "Replace OUT if it exists, once the new file is complete.")
    private boolean force;

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, BuildException, IOException {
        InputFile.require(in, "image", "give the .raw of a release folder, or another image of a disk");
        var to = outputFormat();
        var options = options(to);
        ImageConverter.Result result;
        try {
            result = ImageConverter.convert(in, out, to, force, options, Terminal.standard());
        } catch (MalformedFormatException e) {
            throw ImageArguments.malformed(in, e);
        }
        if (json) {
            System.out.println(new ObjectMapper()
                    .createObjectNode()
                    .put("file", out.toString())
                    .put("from", result.from().toString())
                    .put("to", result.to().toString())
                    .put("inputSize", result.inputSize())
                    .put("diskSize", result.diskSize())
                    .put("outputSize", result.outputSize())
                    .toPrettyString());
        } else {
            System.out.println(out + "  " + result.to() + ", " + new ByteCount(result.outputSize()) + ", a disk of "
                    + new ByteCount(result.diskSize()));
        }
        return ExitCode.OK.number();
    }

    private OutputFormat outputFormat() throws CliFailure {
        if (format != null) {
            return ImageArguments.format(format);
        }
        return OutputFormat.ofFileName(String.valueOf(out.getFileName()))
                .orElseThrow(() -> new CliFailure(
                        ExitCode.USAGE,
                        "the name of " + out + " does not say what it is to be",
                        "give --format: " + OutputFormat.CHOICES));
    }

    private OutputOptions options(OutputFormat to) throws CliFailure {
        if (jobs < 1 || jobs > 256) {
            throw new CliFailure(ExitCode.USAGE, "--jobs must be from 1 to 256", "");
        }
        var options = new OutputOptions(level == null ? OptionalInt.empty() : OptionalInt.of(level), jobs);
        try {
            options.check(to);
        } catch (IllegalArgumentException e) {
            throw new CliFailure(ExitCode.USAGE, "--level " + level + ": " + e.getMessage(), "", e);
        }
        return options;
    }
}
