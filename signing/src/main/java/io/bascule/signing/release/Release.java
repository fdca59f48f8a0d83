package io.bascule.signing.release;

import io.bascule.signing.Sha256Digest;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What {@code release.json} says about a release (docs/formats/release.md).
 *
 * @param board name of the board that it is for
 * @param architecture like {@code x86-64}
 * @param buildTime time of every file in the image
 * @param expires from when on a host must not believe it any more
 * @param rootHash dm-verity root hash of {@code /usr}, 64 lower-case hexadecimal digits
 * @param salt of dm-verity, lower-case hexadecimal
 * @param encoder what compressed {@code /usr}
 * @param kernelRelease {@code uname -r}
 * @param kernelCommandLine the one in the UKI
 * @param files of kinds that this version knows; at most one of each kind that is not {@link FileKind#repeatable}, a UKI among them, all names different
 */
public record Release(
        String board,
        Version version,
        String architecture,
        Instant buildTime,
        Instant expires,
        String rootHash,
        String salt,
        String encoder,
        String kernelRelease,
        String kernelCommandLine,
        List<ReleaseFile> files) {
    /** The version of the format that is read and written. */
    public static final int FORMAT = 1;

    /** @throws IllegalArgumentException if the files are not as described */
    public Release {
        files = List.copyOf(files);
        var kinds = new HashSet<FileKind>();
        var names = new HashSet<String>();
        for (var file : files) {
            if ((!kinds.add(file.kind()) && !file.kind().repeatable()) || !names.add(file.name())) {
                throw new IllegalArgumentException("two files of kind " + file.kind() + " or name " + file.name());
            }
        }
        if (!kinds.contains(FileKind.UKI)) {
            throw new IllegalArgumentException("a release without a UKI");
        }
    }

    /** {@return the file of that kind, if the release has one; the first, if it has several} */
    public Optional<ReleaseFile> file(FileKind kind) {
        return files.stream().filter(file -> file.kind() == kind).findFirst();
    }

    /** {@return the delta for hosts whose {@code /usr} has that root hash, if the release has one} */
    public Optional<ReleaseFile> deltaFrom(String rootHash) {
        return files.stream()
                .filter(file -> file.from().equals(Optional.of(rootHash)))
                .findFirst();
    }

    /**
     * {@return by what a host remembers the release, whatever its version is called: SHA-256 of its UKI, which names kernel,
     * initrd and, by the root hash on its command line, {@code /usr}}
     */
    public Sha256Digest identity() {
        return file(FileKind.UKI).orElseThrow().sha256();
    }
}
