package io.bascule.signing.release;

import io.bascule.signing.Sha256Digest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file of a release.
 *
 * @param name in the release folder: no path, safe in messages, addresses and file systems
 * @param size in bytes, not negative
 * @param from root hash of {@code /usr} of the release that hosts must have, of a {@link FileKind#DELTA} and nothing else
 */
public record ReleaseFile(FileKind kind, String name, long size, Sha256Digest sha256, Optional<String> from) {
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z][0-9A-Za-z._~^+-]{0,199}");

    /** @throws IllegalArgumentException if the name is not that of a plain file, or the size negative */
    public ReleaseFile {
        if (!isName(name) || size < 0 || from.isPresent() != (kind == FileKind.DELTA)) {
            throw new IllegalArgumentException("not a file of a release: '" + name + "', " + size + " bytes");
        }
    }

    /** {@return whether {@code text} can be the name of a file} */
    static boolean isName(String text) {
        return NAME.matcher(text).matches() && !text.contains("..");
    }
}
