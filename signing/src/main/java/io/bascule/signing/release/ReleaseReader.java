package io.bascule.signing.release;

import io.bascule.signing.ExpiredReleaseException;
import io.bascule.signing.JsonDocument;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.SignedDocument;
import io.bascule.signing.TrustedKeys;
import io.bascule.signing.UntrustedReleaseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code release.json}: signatures first, then expiry, then everything else. */
public final class ReleaseReader {
    private static final String NAME = "release.json";
    private static final int MAX_FILES = 256;

    private static final Pattern BOARD = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final Pattern ARCHITECTURE = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final Pattern ROOT_HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SALT = Pattern.compile("([0-9a-f]{2}){0,256}");
    private static final Pattern LINE = Pattern.compile("[^\\p{Cntrl}]{0,4096}");

    private ReleaseReader() {}

    /**
     * {@return what the release says, which enough of the keys vouch for, and which has not expired}
     *
     * @param now what time it is
     * @throws UntrustedReleaseException if too few of the keys signed it
     * @throws ExpiredReleaseException if {@code now} is not before its {@code expires}
     * @throws MalformedDocumentException if it is not a release.json that this version knows
     */
    public static Release read(byte[] json, TrustedKeys keys, Instant now)
            throws MalformedDocumentException, UntrustedReleaseException, ExpiredReleaseException {
        var root = SignedDocument.verify(NAME, json, keys);
        root.requireFormat(Release.FORMAT);
        var expires = root.time("expires");
        if (!now.isBefore(expires)) {
            throw new ExpiredReleaseException(expires, now);
        }
        return release(root, expires);
    }

    /**
     * {@return what the release says, true or not: neither signatures nor expiry are looked at}
     *
     * @throws MalformedDocumentException if it is not a release.json that this version knows
     */
    public static Release readUnverified(byte[] json) throws MalformedDocumentException {
        var root = JsonDocument.read(NAME, json);
        root.requireFormat(Release.FORMAT);
        return release(root, root.time("expires"));
    }

    private static Release release(JsonDocument root, Instant expires) throws MalformedDocumentException {
        var usr = root.object("usr");
        var kernel = root.object("kernel");
        return new Release(
                root.text("board", BOARD, "the name of a board"),
                version(root),
                root.text("architecture", ARCHITECTURE, "the name of an architecture"),
                root.time("buildTime"),
                expires,
                usr.text("rootHash", ROOT_HASH, "64 lower-case hexadecimal digits"),
                usr.text("salt", SALT, "lower-case hexadecimal"),
                line(usr, "encoder"),
                line(kernel, "release"),
                line(kernel, "commandLine"),
                files(root));
    }

    private static Version version(JsonDocument root) throws MalformedDocumentException {
        var text = root.text("version");
        if (!Version.isValid(text)) {
            throw root.malformed("version", "not 1 to 64 letters, digits and . ~ ^ -, the first a letter or digit");
        }
        return Version.parse(text);
    }

    private static String line(JsonDocument object, String name) throws MalformedDocumentException {
        return object.text(name, LINE, "a line of at most 4096 characters");
    }

    private static List<ReleaseFile> files(JsonDocument root) throws MalformedDocumentException {
        var files = new ArrayList<ReleaseFile>();
        var kinds = EnumSet.noneOf(FileKind.class);
        var names = new HashSet<String>();
        for (var object : root.objectsIn("files", MAX_FILES)) {
            var name = object.text("name");
            if (!ReleaseFile.isName(name)) {
                throw object.malformed("name", "not the name of a plain file");
            }
            if (!names.add(name)) {
                throw object.malformed("name", "a second file '" + name + "'");
            }
            var size = object.number("size", 0, Long.MAX_VALUE);
            var sha256 = object.digest("sha256");
            var text = object.text("kind");
            var kind = FileKind.ofText(text).orElse(null);
            if (kind == null) {
                // A later version's, which this one has no use for.
                continue;
            }
            if (!kinds.add(kind) && !kind.repeatable()) {
                throw object.malformed("kind", "a second file of kind " + kind.text());
            }
            var from = kind == FileKind.DELTA
                    ? Optional.of(object.text("from", ROOT_HASH, "64 lower-case hexadecimal digits"))
                    : Optional.<String>empty();
            if (from.isPresent() && files.stream().anyMatch(file -> file.from().equals(from))) {
                throw object.malformed("from", "a second delta from there");
            }
            files.add(new ReleaseFile(kind, name, size, sha256, from));
        }
        if (!kinds.contains(FileKind.UKI)) {
            throw root.malformed("files", "none of kind " + FileKind.UKI.text());
        }
        return files;
    }
}
