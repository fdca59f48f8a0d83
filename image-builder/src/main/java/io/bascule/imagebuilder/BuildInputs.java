package io.bascule.imagebuilder;

import com.github.luben.zstd.Zstd;
import io.bascule.imagebuilder.board.BoardReader;
import io.bascule.imagebuilder.board.Source;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.payload.PayloadWriter;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.Signer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Tells whether two builds have the same inputs: board, builder, version and time. The packages of the mirror do not count. */
public final class BuildInputs {
    private BuildInputs() {}

    /** {@return a hash over everything that decides about a build without signatures, but for what the mirror has} */
    public static String digest(
            Path board, String version, Instant time, Optional<Path> engine, Optional<ReleaseSigning> signing)
            throws IOException {
        var digest = Sha256Digest.newMessageDigest();
        update(digest, version + " " + time + " " + Runtime.version());
        addBoard(digest, board.toRealPath());
        if (engine.isPresent()) {
            for (var jar : filesBelow(engine.get())) {
                if (Files.isRegularFile(jar)) {
                    update(digest, "engine " + jar.getFileName());
                    addEngineFile(digest, jar);
                }
            }
        }
        if (signing.isPresent()) {
            update(digest, signing.get().keyringJson());
            signing.get().signers().forEach(signer -> update(digest, "signed by " + signer.keyId()));
        }
        // The encoder's version shows in the bytes of an image.
        update(digest, Digests.sha256Hex(location(Zstd.class)));
        for (var type : List.of(ImageBuild.class, BlockDevice.class, PayloadWriter.class, Signer.class)) {
            addCode(digest, location(type));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void addEngineFile(MessageDigest digest, Path file) throws IOException {
        if (file.toString().endsWith(".jar")) {
            addCode(digest, file);
        } else {
            update(digest, Digests.sha256Hex(file));
        }
    }

    private static void addBoard(MessageDigest digest, Path board) throws IOException {
        for (var folder : BoardReader.foldersOf(board)) {
            addFolder(digest, folder.toRealPath());
        }
        try {
            for (var source : BoardReader.read(board).sources()) {
                addSource(digest, source);
            }
        } catch (BuildException e) {
            // Whoever builds will say what is wrong with it.
            update(digest, "no board");
        }
    }

    /** Sources may lie outside the board's folder. */
    private static void addSource(MessageDigest digest, Source source) throws IOException {
        switch (source) {
            case Source.Tar tar -> update(digest, "source " + Digests.sha256Hex(tar.file()));
            case Source.OciArchive archive -> update(digest, "source " + Digests.sha256Hex(archive.file()));
            case Source.OciLayout layout -> {
                // All else is named by its hash, from there on.
                var index = layout.folder().resolve("index.json");
                update(digest, "source " + (Files.isRegularFile(index) ? Digests.sha256Hex(index) : ""));
            }
            case Source.Packages unused -> {}
            case Source.Registry unused -> {}
        }
    }

    private static void addFolder(MessageDigest digest, Path folder) throws IOException {
        for (var file : filesBelow(folder)) {
            var path = folder.relativize(file);
            if (Files.isSymbolicLink(file)) {
                update(digest, "link " + path + " " + Files.readSymbolicLink(file));
            } else if (Files.isDirectory(file)) {
                update(digest, "folder " + path);
            } else {
                update(digest, "file " + path + " " + Files.isExecutable(file) + " " + Digests.sha256Hex(file));
            }
        }
    }

    /** The code itself, from a folder of classes or from a jar: both give the same hash. */
    static void addCode(MessageDigest digest, Path code) throws IOException {
        if (Files.isDirectory(code)) {
            addClasses(digest, code);
        } else {
            try (var jar = FileSystems.newFileSystem(code)) {
                addClasses(digest, jar.getPath("/"));
            }
        }
    }

    private static void addClasses(MessageDigest digest, Path folder) throws IOException {
        for (var file : filesBelow(folder)) {
            var path = folder.relativize(file);
            if (Files.isRegularFile(file) && !path.startsWith("META-INF")) {
                update(digest, path + " " + Digests.sha256Hex(file));
            }
        }
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.sorted(
                            Comparator.comparing(file -> folder.relativize(file).toString()))
                    .toList();
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
