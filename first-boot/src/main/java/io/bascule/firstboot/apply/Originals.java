package io.bascule.firstboot.apply;

import io.bascule.firstboot.apply.HostFiles.Rights;
import io.bascule.firstboot.model.HostPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What files were before they were changed first, kept in {@code /var/lib/bascule/first-boot}. What is appended is appended to
 * that, so that doing it again after a power cut, or because the admin wants it, has the same result.
 */
final class Originals {
    private static final String FOLDER = "var/lib/bascule/first-boot";
    private static final int NAME_DIGITS = 32;

    private final Path root;
    private final HostFiles files;

    Originals(Path root, HostFiles files) {
        this.root = root;
        this.files = files;
    }

    /** {@return what {@code path} held before this program changed it; nothing if there was no regular file} */
    Optional<byte[]> contents(HostPath path) throws IOException {
        if (Files.exists(absent(path))) {
            return Optional.empty();
        }
        return Files.exists(saved(path)) ? HostFiles.contents(saved(path)) : HostFiles.contents(path.below(root));
    }

    /** {@return whether anything had that name before this program changed it} */
    boolean existed(HostPath path) {
        return !Files.exists(absent(path)) && (Files.exists(saved(path)) || HostFiles.exists(path.below(root)));
    }

    /** Keeps what {@code path} is now, unless that was done before. */
    void save(HostPath path, Rights own) throws IOException {
        if (Files.exists(saved(path)) || Files.exists(absent(path))) {
            return;
        }
        var folder = root.resolve(FOLDER);
        files.parents(folder, new Rights(own.uid(), own.gid(), 0755));
        files.folder(folder, new Rights(own.uid(), own.gid(), 0700));
        var rights = new Rights(own.uid(), own.gid(), 0600);
        if (HostFiles.exists(path.below(root))) {
            files.file(saved(path), HostFiles.contents(path.below(root)).orElse(new byte[0]), rights);
        } else {
            files.file(absent(path), new byte[0], rights);
        }
    }

    private Path saved(HostPath path) {
        return root.resolve(FOLDER).resolve(name(path) + ".original");
    }

    private Path absent(HostPath path) {
        return root.resolve(FOLDER).resolve(name(path) + ".absent");
    }

    private static String name(HostPath path) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256").digest(path.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, NAME_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
