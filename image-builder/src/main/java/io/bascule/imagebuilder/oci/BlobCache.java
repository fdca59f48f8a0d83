package io.bascule.imagebuilder.oci;

import io.bascule.imagebuilder.tree.Content;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Blobs that were downloaded, each in a file that is named by its SHA-256, as in a layout. A file appears under its name
 * when it is whole and right.
 *
 * @param folder of the cache; {@code blobs/sha256} is below
 */
record BlobCache(Path folder) {
    /** {@return the blob, if it is there and still what its name says} */
    Optional<Content> find(Sha256Digest digest) throws IOException {
        var file = file(digest);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        var content = new ImageFiles.FileContent(file, Files.size(file));
        if (Verified.digest(content).equals(digest)) {
            return Optional.of(content);
        }
        // The disk has changed it; it can be had again.
        Files.delete(file);
        return Optional.empty();
    }

    /** {@return a new file for a download, in the folder where the blob will be} */
    Path newFile() throws IOException {
        return Files.createTempFile(
                Files.createDirectories(folder.resolve("blobs").resolve("sha256")), ".", ".partial");
    }

    /** Gives a download, whose SHA-256 has been compared, its name. */
    Content publish(Path download, Sha256Digest digest) throws IOException {
        try (var channel = FileChannel.open(download, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        var file = file(digest);
        Files.move(download, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return new ImageFiles.FileContent(file, Files.size(file));
    }

    private Path file(Sha256Digest digest) {
        return folder.resolve("blobs").resolve("sha256").resolve(digest.toString());
    }
}
