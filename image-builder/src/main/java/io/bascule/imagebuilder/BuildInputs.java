package io.bascule.imagebuilder;

import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/** Tells whether two builds have the same inputs: board, builder, version and time. The packages of the mirror do not count. */
public final class BuildInputs {
    private BuildInputs() {}

    /** {@return a hash over everything that decides about a build, but for what the mirror has} */
    public static String digest(Path board, String version, Instant time) throws IOException {
        var digest = Digests.sha256();
        update(digest, version + " " + time + " " + Runtime.version());
        addFolder(digest, board);
        // The code itself, from classes or from a jar: both give the same hash.
        for (var type : List.of(ImageBuild.class, BlockDevice.class)) {
            var code = location(type);
            if (Files.isDirectory(code)) {
                addFolder(digest, code);
            } else {
                try (var jar = FileSystems.newFileSystem(code)) {
                    addFolder(digest, jar.getPath("/"));
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void addFolder(MessageDigest digest, Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            var sorted = files.filter(Files::isRegularFile)
                    .filter(file -> !folder.relativize(file).startsWith("META-INF"))
                    .sorted((a, b) -> folder.relativize(a)
                            .toString()
                            .compareTo(folder.relativize(b).toString()))
                    .toList();
            for (var file : sorted) {
                update(digest, folder.relativize(file) + " " + Digests.sha256Hex(file));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Path location(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void update(MessageDigest digest, String text) {
        digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
