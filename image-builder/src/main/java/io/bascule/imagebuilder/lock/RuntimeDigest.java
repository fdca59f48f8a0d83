package io.bascule.imagebuilder.lock;

import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;

/**
 * One hash for a folder, over what an image takes of it: SHA-256 over a line for each file and link below, ordered by path:
 * {@code file SHA256 PATH}, {@code exec SHA256 PATH} or {@code link TARGET PATH}, each with a newline behind it.
 */
public final class RuntimeDigest {
    private RuntimeDigest() {}

    /** {@return the hash of everything below {@code folder}} */
    public static Sha256Digest of(Path folder) throws IOException {
        var lines = new ArrayList<String>();
        try (var files = Files.walk(folder)) {
            for (var file : files.toList()) {
                var path = folder.relativize(file);
                if (Files.isSymbolicLink(file)) {
                    lines.add(path + "\0link " + Files.readSymbolicLink(file));
                } else if (Files.isRegularFile(file)) {
                    var executable = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)
                            .contains(PosixFilePermission.OWNER_EXECUTE);
                    lines.add(path + "\0" + (executable ? "exec " : "file ") + Sha256Digest.ofFile(file));
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Collections.sort(lines);
        var digest = Sha256Digest.newMessageDigest();
        for (var line : lines) {
            var end = line.indexOf('\0');
            digest.update(
                    (line.substring(end + 1) + " " + line.substring(0, end) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return Sha256Digest.soFar(digest);
    }
}
