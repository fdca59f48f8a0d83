package io.bascule.imagebuilder.source;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
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
        var digest = sha256();
        digest.update(installation.getBytes(StandardCharsets.UTF_8));
        var tar = folder.resolve(HexFormat.of().formatHex(digest.digest()) + ".tar");
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
        Files.writeString(checksum(tar), sha256Hex(tar));
    }

    private static boolean isWhole(Path tar) throws IOException {
        var expected = Optional.of(checksum(tar)).filter(Files::isRegularFile);
        return expected.isPresent() && Files.readString(expected.get()).equals(sha256Hex(tar));
    }

    private static Path checksum(Path tar) {
        return tar.resolveSibling(tar.getFileName() + ".sha256");
    }

    private static String sha256Hex(Path file) throws IOException {
        var digest = sha256();
        try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java runtime has SHA-256", e);
        }
    }
}
