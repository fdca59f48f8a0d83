package io.bascule.imagebuilder.lock;

import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;

/**
 * Debian packages that builds can use again, each in a file that is named by its SHA-256. A file appears under its name when
 * it is whole and right.
 *
 * @param folder of the store; {@code SHA256.deb} is in it
 */
public record PackageStore(Path folder) {
    /** {@return the package, if it is there and still what its name says; a damaged one is deleted} */
    public Optional<Path> find(Sha256Digest sha256) throws IOException {
        var file = file(sha256);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        if (Sha256Digest.ofFile(file).equals(sha256)) {
            // What was used last is kept longest.
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return Optional.of(file);
        }
        Files.delete(file);
        return Optional.empty();
    }

    /** {@return a new file for a download, in the folder where the package will be} */
    Path newFile() throws IOException {
        return Files.createTempFile(Files.createDirectories(folder), ".", ".partial");
    }

    /** Gives a file of the same file system, whose SHA-256 has been compared, its name in the store. */
    void publish(Path file, Sha256Digest sha256) throws IOException {
        Files.createDirectories(folder);
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        // mmdebstrap may read it as another user.
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(file, file(sha256), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    Path file(Sha256Digest sha256) {
        return folder.resolve(sha256 + ".deb");
    }
}
