package io.bascule.imagebuilder.lock;

import io.bascule.imagebuilder.TemporaryFolder;
import io.bascule.imagebuilder.source.AptMirrors;
import io.bascule.signing.Sha256Digest;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * An archive of Debian packages in a temporary folder: exactly those of a lock, each compared with it before. Nobody has
 * signed it, and nobody needs to. The folder goes when it is closed.
 */
public final class LocalRepository implements Closeable {
    private static final String PACKAGES = "main/binary-amd64/Packages";

    private final TemporaryFolder temporary;
    private final Path folder;

    private LocalRepository(TemporaryFolder temporary) {
        this.temporary = temporary;
        this.folder = temporary.path();
    }

    /**
     * Makes the archive.
     *
     * @param suite what it is called; apt picks by that name what every system gets
     * @param files the packages' files, in the order of {@code packages}
     */
    public static LocalRepository create(String suite, List<LockedPackage> packages, List<Path> files)
            throws IOException {
        // Not in the cache: mmdebstrap may read it as another user, who has no business in a home folder.
        var repository = new LocalRepository(TemporaryFolder.create("bascule-packages"));
        var complete = false;
        try {
            repository.fill(suite, packages, files);
            complete = true;
            return repository;
        } finally {
            if (!complete) {
                repository.close();
            }
        }
    }

    private void fill(String suite, List<LockedPackage> packages, List<Path> files) throws IOException {
        Files.createDirectories(folder.resolve("pool"));
        var index = new StringBuilder();
        for (var i = 0; i < packages.size(); i++) {
            var item = packages.get(i);
            var file = "pool/" + item.sha256() + ".deb";
            link(files.get(i), folder.resolve(file));
            var fields = new LinkedHashMap<String, String>();
            fields.put("Priority", item.priority());
            fields.put("Filename", file);
            fields.put("Size", Long.toString(item.size()));
            fields.put("SHA256", item.sha256().toString());
            index.append(DebControl.read(files.get(i)).withFields(fields)).append('\n');
        }
        var bytes = index.toString().getBytes(StandardCharsets.UTF_8);
        var dists = folder.resolve("dists").resolve(suite);
        var target = dists.resolve(PACKAGES);
        Files.createDirectories(target.getParent());
        Files.write(target, bytes);
        Files.writeString(dists.resolve("Release"), """
                Suite: %s
                Codename: %s
                Architectures: amd64
                Components: main
                Date: Thu, 01 Jan 1970 00:00:00 UTC
                SHA256:
                 %s %d %s
                """.formatted(
                        suite, suite, Sha256Digest.ofContent(bytes), bytes.length, PACKAGES));
        letOthersRead();
    }

    /** Umasks differ. */
    private void letOthersRead() throws IOException {
        try (var all = Files.walk(folder)) {
            for (var file : all.toList()) {
                Files.setPosixFilePermissions(
                        file, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    private static void link(Path file, Path target) throws IOException {
        try {
            Files.createLink(target, file);
        } catch (FileSystemException | UnsupportedOperationException e) {
            // Another file system, or one without links.
            Files.copy(file, target);
        }
    }

    /** {@return the archive as apt is given it} */
    public AptMirrors mirrors() {
        return new AptMirrors(
                URI.create("copy:" + folder.toUri().getRawPath().replaceFirst("/$", "")), Optional.empty());
    }

    @Override
    public void close() throws IOException {
        temporary.close();
    }
}
