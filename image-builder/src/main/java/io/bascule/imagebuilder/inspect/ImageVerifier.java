package io.bascule.imagebuilder.inspect;

import io.bascule.imagebuilder.BuildListener;
import io.bascule.imagebuilder.output.DiskFile;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.release.Release;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks image files, whatever they are, and folders of them. */
public final class ImageVerifier {
    private static final Pattern CHECKSUM_LINE = Pattern.compile("([0-9a-f]{64}) [ *]([^/\\p{Cntrl}]+)");
    private static final int MAX_CHECKSUMS = 1 << 20;
    private static final int BUFFER = 1 << 20;

    private ImageVerifier() {}

    /**
     * {@return all that was checked about a file; something is wrong if one check has failed}
     *
     * @param release what a trusted key said; empty if there is none
     * @param scratch folder for what has to be decompressed
     * @throws MalformedFormatException if the disk in it cannot be read at all
     */
    public static List<Check> verify(
            Path file, Optional<Release> release, Path scratch, int threads, BuildListener listener)
            throws IOException {
        var checks = new ArrayList<Check>();
        if (release.isPresent()) {
            checkNamed(file, release.get(), listener).ifPresent(checks::add);
        }
        var name = String.valueOf(file.getFileName());
        try (var opened =
                DiskFile.open(file, scratch, (done, total) -> listener.doing("decompressing " + new ByteCount(done)))) {
            var device = opened.device();
            switch (ImageInspector.kind(device)) {
                case DISK -> checks.addAll(DiskVerifier.verify(device, release, threads, listener));
                case UKI -> checks.add(structure(() -> DiskVerifier.sections(name, device), name));
                case EROFS -> checks.add(structure(() -> DiskVerifier.superblock(name, device, 0), name));
                case VERITY ->
                    checks.add(Check.notChecked(
                            name,
                            Check.Level.CONSISTENCY,
                            "hashes alone say nothing: verify the image of the whole disk, or the release folder"));
            }
        }
        return List.copyOf(checks);
    }

    /** A check of something that may not even be what it begins like. */
    @FunctionalInterface
    private interface Structure {
        Check check() throws IOException;
    }

    private static Check structure(Structure structure, String name) throws IOException {
        try {
            return structure.check();
        } catch (MalformedFormatException e) {
            return Check.failed(name, Check.Level.STRUCTURE, String.valueOf(e.getMessage()), e.byteOffset());
        }
    }

    private static Optional<Check> checkNamed(Path file, Release release, BuildListener listener) throws IOException {
        var name = String.valueOf(file.getFileName());
        for (var named : release.files()) {
            if (named.name().equals(name)) {
                listener.step("hash");
                var found = digest(file, listener);
                listener.result(found.toString());
                return Optional.of(
                        found.equals(named.sha256())
                                ? Check.ok(
                                        name,
                                        Check.Level.ORIGIN,
                                        "release.json, which a trusted key signed, has its SHA-256")
                                : Check.failed(
                                        name,
                                        Check.Level.ORIGIN,
                                        "its SHA-256 is " + found + ", the signed release.json says " + named.sha256(),
                                        null));
            }
        }
        return Optional.empty();
    }

    /**
     * {@return whether the files of a folder have the hashes of its {@code SHA256SUMS}, which nobody signed}
     *
     * @param checksums the file
     */
    public static List<Check> verifyChecksums(Path checksums, BuildListener listener) throws IOException {
        String text;
        try (var in = Files.newInputStream(checksums)) {
            text = new String(in.readNBytes(MAX_CHECKSUMS), StandardCharsets.UTF_8);
        }
        var checks = new ArrayList<Check>();
        var number = 0;
        for (var line : text.lines().toList()) {
            number++;
            var matcher = CHECKSUM_LINE.matcher(line);
            if (!matcher.matches()) {
                checks.add(Check.failed(
                        "SHA256SUMS", Check.Level.CHECKSUM, "line " + number + " is no hash and name", null));
                continue;
            }
            var name = matcher.group(2);
            listener.step("hash");
            checks.add(checkHash(checksums.resolveSibling(name), name, Sha256Digest.parse(matcher.group(1)), listener));
            listener.result(name);
        }
        return List.copyOf(checks);
    }

    private static Check checkHash(Path file, String name, Sha256Digest expected, BuildListener listener)
            throws IOException {
        if (!Files.isRegularFile(file)) {
            return Check.failed(name, Check.Level.CHECKSUM, "it is missing", null);
        }
        var found = digest(file, listener);
        return found.equals(expected)
                ? Check.ok(name, Check.Level.CHECKSUM, "it has the SHA-256 of SHA256SUMS, which nobody signed")
                : Check.failed(
                        name, Check.Level.CHECKSUM, "its SHA-256 is " + found + ", SHA256SUMS says " + expected, null);
    }

    private static Sha256Digest digest(Path file, BuildListener listener) throws IOException {
        var digest = Sha256Digest.newMessageDigest();
        var size = new ByteCount(Files.size(file));
        try (var in = Files.newInputStream(file)) {
            var buffer = new byte[BUFFER];
            var done = 0L;
            for (int count; (count = in.read(buffer)) > 0; ) {
                digest.update(buffer, 0, count);
                done += count;
                listener.doing(file.getFileName() + ": " + new ByteCount(done) + " of " + size);
            }
        }
        return Sha256Digest.of(digest.digest());
    }

    /** {@return the highest level at which something was found right and nothing wrong; empty if there is none} */
    public static Optional<Check.Level> reached(List<Check> checks) {
        Optional<Check.Level> reached = Optional.empty();
        for (var level : Check.Level.values()) {
            var at = checks.stream().filter(check -> check.level() == level).toList();
            if (at.stream().anyMatch(check -> check.outcome() == Check.Outcome.OK)
                    && at.stream().noneMatch(check -> check.outcome() == Check.Outcome.FAILED)) {
                reached = Optional.of(level);
            }
        }
        return reached;
    }
}
