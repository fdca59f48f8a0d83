package io.bascule.imagebuilder.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What Debian's mirrors have at the moment, by the files {@code InRelease} that apt reads, too
 * (<a href="https://wiki.debian.org/DebianRepository/Format">DebianRepository/Format</a>).
 */
final class MirrorState {
    private static final Path DEBIAN_KEYS = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
    private static final Pattern INDEX =
            Pattern.compile("^ [0-9a-f]{64} +[0-9]+ main/binary-amd64/Packages(?:\\.\\w+)?$");
    private static final Pattern VALID_UNTIL = Pattern.compile("(?m)^Valid-Until: (.+)$");
    private static final int MAX_SIZE = 4 << 20;

    private MirrorState() {}

    /**
     * {@return the hashes of all lists of packages in {@code suite}, its updates and its security fixes} Absent unless it is
     * certain: if a mirror does not answer, is not signed by the keys, or what it says has expired. apt has the better
     * words for that.
     *
     * @param keyring that must have signed; absent for Debian's
     * @param now what {@code Valid-Until} is compared with
     */
    static Optional<String> read(AptMirrors mirrors, String suite, Optional<Path> keyring, Instant now)
            throws InterruptedException {
        var state = new StringBuilder();
        try (var files = new MirrorFile()) {
            for (var distribution : mirrors.distributions(suite)) {
                String release;
                try (var in = files.open(distribution.mirror(), "dists/" + distribution.name() + "/InRelease")) {
                    release = verified(in.readNBytes(MAX_SIZE), keyring.orElse(DEBIAN_KEYS));
                }
                var indexes = indexes(release);
                if (indexes.isEmpty() || !isValid(release, now)) {
                    return Optional.empty();
                }
                state.append(distribution.mirror())
                        .append(' ')
                        .append(distribution.name())
                        .append('\n')
                        .append(String.join("\n", indexes))
                        .append('\n');
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.of(state.toString());
    }

    /** {@return what was signed, and nothing around it} */
    private static String verified(byte[] inRelease, Path keyring) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("bascule-release");
        var signed = folder.resolve("InRelease");
        var text = folder.resolve("Release");
        try {
            Files.write(signed, inRelease);
            var process = new ProcessBuilder(
                            "gpgv",
                            "--quiet",
                            "--keyring",
                            keyring.toAbsolutePath().toString(),
                            "--output",
                            text.toString(),
                            signed.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (process.waitFor() != 0) {
                throw new IOException("the mirror is not signed by " + keyring);
            }
            return Files.readString(text, StandardCharsets.UTF_8);
        } finally {
            Files.deleteIfExists(signed);
            Files.deleteIfExists(text);
            Files.deleteIfExists(folder);
        }
    }

    static List<String> indexes(String release) {
        return release.lines()
                .filter(INDEX.asMatchPredicate())
                .map(String::strip)
                .sorted()
                .toList();
    }

    /** The main archive of a stable release says nothing, and is valid for ever. */
    static boolean isValid(String release, Instant now) {
        var until = VALID_UNTIL.matcher(release);
        if (!until.find()) {
            return true;
        }
        try {
            var time = until.group(1).strip().replace("UTC", "GMT");
            return ZonedDateTime.parse(time, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .isAfter(now);
        } catch (DateTimeException e) {
            return false;
        }
    }
}
