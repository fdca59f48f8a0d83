package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.ReleaseCheck;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.imagebuilder.inspect.Check;
import io.bascule.imagebuilder.inspect.ImageVerifier;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.signing.JsonDocument;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Role;
import io.bascule.signing.TrustException;
import io.bascule.signing.TrustedKeys;
import io.bascule.signing.release.FileKind;
import io.bascule.signing.release.Release;
import io.bascule.signing.release.ReleaseReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule image verify}. */
@Command(
        name = "verify",
        description = {
            "Checks every hash and checksum in an image, and says what that proves: both partition tables, all files of the",
            "ESP, each UKI, and every block of each slot against the root hash that its UKI names. Without --trust this proves",
            "that all belongs together, and not where it comes from. With it the release.json beside the image, signed by a",
            "trusted key, has to name the same hashes."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Levels: structure (it can be read), checksum (not changed by accident), consistency (every byte fits the root",
            "hash in the image), origin (a trusted key vouches for it). Exits with 6 if something does not hold.",
            "",
            "Examples:",
            "  bascule image verify disk.qcow2",
            "  bascule image verify releases/amd64-base/1.0.0 --trust keys/keyring.json"
        })
final class ImageVerifyCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "IMAGE",
            description = "A disk image in any format, a UKI, an EROFS image, or a release folder.")
    private Path image = Path.of("");

    @Option(
            names = "--trust",
            paramLabel = "KEYRING",
            description = "The keyring.json whose role 'release' must have signed the release.json beside the image.")
    private @Nullable Path trust;

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    private final Terminal terminal = Terminal.standard();

    @Override
    public Integer call() throws CliFailure, IOException {
        var folder = Files.isDirectory(image);
        if (!folder) {
            InputFile.require(image, "image", "give an image of a disk, or a release folder");
        }
        var checks = folder ? folder() : file(image, trust == null ? Optional.empty() : Optional.of(signed()));
        var failed = checks.stream()
                .filter(check -> check.outcome() == Check.Outcome.FAILED)
                .findFirst();
        if (json) {
            printJson(checks, failed.isEmpty());
        } else {
            print(checks, failed.isEmpty());
        }
        if (failed.isPresent()) {
            var offset = failed.get().offset();
            throw new CliFailure(
                    ExitCode.CHECK_FAILED,
                    image + ": " + failed.get().subject() + ": " + failed.get().detail()
                            + (offset == null ? "" : " (at byte " + offset + " of the disk)"),
                    "do not use it; get it again from where it was built");
        }
        return ExitCode.OK.number();
    }

    private TrustedKeys keys(Path keyring) throws CliFailure, IOException {
        return InputFile.keyring(keyring).trusted(Role.RELEASE);
    }

    private List<Check> folder() throws CliFailure, IOException {
        InputFile.require(
                image.resolve(ReleaseFiles.RELEASE_JSON), "release", "give the folder BOARD/VERSION that a build made");
        var checks = new ArrayList<Check>();
        Optional<Release> release = Optional.empty();
        if (trust == null) {
            InputFile.require(image.resolve(ReleaseFiles.CHECKSUMS), "list of hashes", "give --trust KEYRING");
            checks.addAll(ImageVerifier.verifyChecksums(image.resolve(ReleaseFiles.CHECKSUMS), terminal));
        } else {
            try {
                release = Optional.of(ReleaseCheck.run(image, keys(trust), Instant.now(), terminal));
            } catch (ReleaseCheck.FailedException e) {
                throw new CliFailure(
                        ExitCode.CHECK_FAILED,
                        image + ": " + e.getMessage(),
                        "do not publish it; build it again, with --key, or get it again from where it was built",
                        e);
            }
            checks.add(new Check(
                    "release",
                    Check.Level.ORIGIN,
                    Check.Outcome.OK,
                    "a trusted key signed release.json and the payload; every file has the hash it names",
                    null));
        }
        var disk = disk(release);
        if (disk.isPresent()) {
            checks.addAll(file(disk.get(), release));
        }
        return checks;
    }

    private Optional<Path> disk(Optional<Release> release) throws IOException {
        if (release.isPresent()) {
            return release.get().file(FileKind.DISK).map(file -> image.resolve(file.name()));
        }
        try (var files = Files.list(image)) {
            return files.filter(file -> file.toString().endsWith(".raw"))
                    .sorted()
                    .findFirst();
        }
    }

    private List<Check> file(Path file, Optional<Release> release) throws CliFailure, IOException {
        try {
            return ImageVerifier.verify(
                    file,
                    release,
                    ImageArguments.scratch(),
                    Runtime.getRuntime().availableProcessors(),
                    terminal);
        } catch (MalformedFormatException e) {
            throw new CliFailure(
                    ExitCode.CHECK_FAILED,
                    file + ": " + e.getMessage(),
                    "do not use it; get it again from where it was built",
                    e);
        }
    }

    /** {@return what the release.json beside the image says, which a trusted key signed} */
    private Release signed() throws CliFailure, IOException {
        var beside = image.toAbsolutePath().resolveSibling(ReleaseFiles.RELEASE_JSON);
        InputFile.require(
                beside,
                "release.json",
                "leave out --trust, or put the signed release.json of the release beside the image");
        try (var in = Files.newInputStream(beside)) {
            return ReleaseReader.read(
                    in.readNBytes(JsonDocument.MAX_SIZE + 1), keys(trust == null ? beside : trust), Instant.now());
        } catch (MalformedDocumentException | TrustException e) {
            throw new CliFailure(
                    ExitCode.CHECK_FAILED, beside + ": " + e.getMessage(), "do not use what lies beside it", e);
        }
    }

    private static void print(List<Check> checks, boolean right) {
        for (var check : checks) {
            var outcome = switch (check.outcome()) {
                case OK -> "ok";
                case FAILED -> "FAILED";
                case NOT_CHECKED -> "-";
            };
            System.out.printf(
                    Locale.ROOT,
                    "  %-6s  %-11s  %s: %s%n",
                    outcome,
                    check.level().name().toLowerCase(Locale.ROOT),
                    check.subject(),
                    check.detail());
        }
        System.out.println();
        if (!right) {
            System.out.println("NOT verified: something does not hold");
            return;
        }
        System.out.println(ImageVerifier.reached(checks)
                .map(
                        level -> "verified: " + level.meaning()
                                + (level == Check.Level.ORIGIN
                                        ? ""
                                        : ". WHERE IT COMES FROM WAS NOT CHECKED: that takes --trust and a signed release.json"))
                .orElse("nothing could be checked"));
    }

    private static void printJson(List<Check> checks, boolean right) {
        var root = new ObjectMapper().createObjectNode().put("verified", right);
        root.put(
                "level",
                ImageVerifier.reached(checks)
                        .map(level -> level.name().toLowerCase(Locale.ROOT))
                        .orElse("none"));
        var list = root.putArray("checks");
        for (var check : checks) {
            var object = list.addObject()
                    .put("subject", check.subject())
                    .put("level", check.level().name().toLowerCase(Locale.ROOT))
                    .put(
                            "outcome",
                            check.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .put("detail", check.detail());
            if (check.offset() != null) {
                object.put("offset", check.offset());
            }
        }
        System.out.println(root.toPrettyString());
    }
}
