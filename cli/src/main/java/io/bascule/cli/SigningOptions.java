package io.bascule.cli;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.ReleaseSigning;
import io.bascule.signing.DevelopmentKeys;
import io.bascule.signing.MalformedDocumentException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of {@code build} that decide about signatures. Without a key there is no payload, and hosts do not take the
 * release as an update.
 */
final class SigningOptions {
    private static final Duration DEFAULT_VALIDITY = Duration.ofDays(365);
    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,4})([dh])");

    @Mixin
    private KeyOptions keys = new KeyOptions();

    @Option(
            names = "--trust",
            paramLabel = "KEYRING",
            description =
                    "Keyring that goes into the image: whom its hosts trust. Default: keyring.json beside the first"
                            + " key. (--keyring is another thing: the keys of the mirror.)")
    private @Nullable Path trust;

    @Option(
            names = "--expires",
            paramLabel = "DATE",
            description = "From when on hosts refuse the release as an update, like 2027-01-31 or 2027-01-31T12:00:00Z"
                    + " (UTC).")
    private @Nullable String expires;

    @Option(
            names = "--valid-for",
            paramLabel = "TIME",
            description = "The same, counted from now: days or hours, like 90d or 12h. Default: 365d.")
    private @Nullable String validFor;

    /** {@return what these options say; everything about the keys is checked} */
    Optional<ReleaseSigning> read(Instant now) throws CliFailure, BuildException, IOException {
        if (keys.isEmpty()) {
            if (trust != null || expires != null || validFor != null) {
                throw new CliFailure(
                        ExitCode.USAGE,
                        "--trust, --expires and --valid-for need --key",
                        "make a key with `bascule keys new`, or leave them out");
            }
            return Optional.empty();
        }
        var until = expires(now);
        var keyring = trust == null ? besideTheFirstKey() : trust;
        var signers = keys.signers();
        try {
            return Optional.of(ReleaseSigning.of(signers, InputFile.keyringBytes(keyring), until));
        } catch (MalformedDocumentException e) {
            throw InputFile.notAKeyring(keyring, e);
        }
    }

    private Path besideTheFirstKey() throws CliFailure {
        return keys.firstFile()
                .map(file -> file.resolveSibling(DevelopmentKeys.KEYRING_FILE))
                .orElseThrow(() -> new CliFailure(
                        ExitCode.USAGE,
                        "the first key is not in a file, so there is no keyring beside it",
                        "name the keyring for the image with --trust"));
    }

    private Instant expires(Instant now) throws CliFailure {
        if (expires != null && validFor != null) {
            throw new CliFailure(ExitCode.USAGE, "--expires and --valid-for say the same thing", "give one of them");
        }
        if (expires == null) {
            return now.plus(validFor == null ? DEFAULT_VALIDITY : duration(validFor));
        }
        var until = date(expires);
        if (!until.isAfter(now)) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT,
                    "--expires: " + until + " has passed, and hosts would refuse the release at once",
                    "give a date in the future");
        }
        return until;
    }

    private static Instant date(String text) throws CliFailure {
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            throw new CliFailure(
                    ExitCode.USAGE, "--expires: not a date: '" + text + "'", "write it like 2027-01-31", e);
        }
    }

    private static Duration duration(String text) throws CliFailure {
        var matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new CliFailure(ExitCode.USAGE, "--valid-for: not a time: '" + text + "'", "write it like 90d or 12h");
        }
        var count = Long.parseLong(matcher.group(1));
        return "d".equals(matcher.group(2)) ? Duration.ofDays(count) : Duration.ofHours(count);
    }
}
