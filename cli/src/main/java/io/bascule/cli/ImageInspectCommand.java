package io.bascule.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.bascule.imagebuilder.inspect.ImageInspector;
import io.bascule.imagebuilder.inspect.ImageReport;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule image inspect}. */
@Command(
        name = "inspect",
        description = {
            "Shows what is in an image: partitions, slots and their root hashes, boot entries and the tries they have,",
            "sections, command line and versions of each UKI, facts of each EROFS. Takes disks in any format (raw, qcow2,",
            "VMDK, VHD, and compressed ones), a .efi, a .usr.erofs or a .usr.verity. Nothing is verified:",
            "`bascule image verify` does that."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  bascule image inspect releases/amd64-base/1.0.0/amd64-base_1.0.0.raw",
            "  bascule image inspect disk.qcow2 --json | jq -r '.disk.slots[].rootHash'"
        })
final class ImageInspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "IMAGE", description = "A disk image, a UKI, an EROFS or dm-verity image.")
    private Path image = Path.of("");

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, IOException {
        InputFile.require(image, "image", "give an image of a disk, a UKI, or a file system");
        var terminal = Terminal.standard();
        ImageReport report;
        try {
            report = ImageInspector.inspect(
                    image,
                    ImageArguments.scratch(),
                    (done, total) ->
                            terminal.doing("decompressing " + new ByteCount(done) + " of " + new ByteCount(total)));
        } catch (MalformedFormatException e) {
            throw ImageArguments.malformed(image, e);
        }
        if (json) {
            System.out.println(mapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
        } else {
            System.out.print(ImageText.of(String.valueOf(image.getFileName()), report));
        }
        return ExitCode.OK.number();
    }

    private static ObjectMapper mapper() {
        var module = new SimpleModule();
        module.addSerializer(new InstantText());
        return new ObjectMapper()
                .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL)
                .registerModule(module);
    }

    /** ISO 8601 in UTC, as in all our documents. */
    private static final class InstantText extends StdSerializer<Instant> {
        InstantText() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator to, SerializerProvider provider) throws IOException {
            to.writeString(value.toString());
        }
    }
}
