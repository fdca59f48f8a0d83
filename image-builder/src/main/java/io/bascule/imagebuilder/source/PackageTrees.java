package io.bascule.imagebuilder.source;

import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/**
 * Trees of packages that were installed before, as tars in a folder. One is used again if the same command would run on the
 * same packages. Beside each lies its SHA-256: a tar that was damaged is installed again.
 */
public final class PackageTrees {
    private final Path folder;
    private final boolean read;

    /** @param read whether to use what is there; else everything is installed again, and kept for others */
    public PackageTrees(Path folder, boolean read) {
        this.folder = folder;
        this.read = read;
    }

    /**
     * {@return the file for the tree of {@code installation}, which is there if the tree was installed before}
     *
     * @param installation everything that decides about the tree
     */
    public Path of(String installation) throws IOException {
        var tar = folder.resolve(Sha256Digest.ofContent(installation.getBytes(StandardCharsets.UTF_8)) + ".tar");
        if (Files.exists(tar)) {
            if (read && isWhole(tar)) {
                var now = FileTime.from(Instant.now());
                Files.setLastModifiedTime(tar, now);
                Files.setLastModifiedTime(checksum(tar), now);
            } else {
                Files.deleteIfExists(tar);
            }
        }
        return tar;
    }

    /** To be called when a tree has been installed into {@code tar}. */
    public static void seal(Path tar) throws IOException {
        Files.writeString(checksum(tar), Sha256Digest.ofFile(tar).toString());
    }

    private static boolean isWhole(Path tar) throws IOException {
        var expected = Optional.of(checksum(tar)).filter(Files::isRegularFile);
        return expected.isPresent()
                && Files.readString(expected.get())
                        .equals(Sha256Digest.ofFile(tar).toString());
    }

    private static Path checksum(Path tar) {
        return tar.resolveSibling(tar.getFileName() + ".sha256");
    }
}
