package io.bascule.imagebuilder;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.signing.KeyAlgorithm;
import io.bascule.signing.KeySigner;
import io.bascule.signing.Keyring;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildInputsTest {
    @TempDir
    private Path temporary;

    private Path board;

    @BeforeEach
    void makeBoard() throws IOException {
        board = Files.createDirectories(temporary.resolve("board"));
        Files.writeString(board.resolve("board.yaml"), "name: b");
        Files.writeString(board.resolve("script"), "#!/bin/sh");
        Files.createSymbolicLink(board.resolve("link"), Path.of("script"));
    }

    private static String digest(Path board, String version, Instant time) throws IOException {
        return BuildInputs.digest(board, version, time, Optional.empty(), Optional.empty());
    }

    private String digest() throws IOException {
        return digest(board, "1.0", Instant.EPOCH);
    }

    @Test
    void staysTheSameForTheSameInputs() throws Exception {
        assertThat(digest()).isEqualTo(digest()).matches("[0-9a-f]{64}");
        Files.createSymbolicLink(temporary.resolve("other-way"), board);
        assertThat(digest(temporary.resolve("other-way"), "1.0", Instant.EPOCH)).isEqualTo(digest());
    }

    @Test
    void changesWithVersionTimeAndEveryPropertyOfTheBoardThatAnImageShows() throws Exception {
        var before = digest();
        assertThat(digest(board, "1.1", Instant.EPOCH)).isNotEqualTo(before);
        assertThat(digest(board, "1.0", Instant.MAX)).isNotEqualTo(before);
        for (var change : List.<Change>of(
                () -> Files.writeString(board.resolve("board.yaml"), "name: c"),
                () -> Files.move(board.resolve("board.yaml"), board.resolve("other.yaml")),
                () -> Files.createDirectory(board.resolve("empty")),
                () -> Files.setPosixFilePermissions(
                        board.resolve("script"), PosixFilePermissions.fromString("rwxr-xr-x")),
                () -> {
                    Files.delete(board.resolve("link"));
                    return Files.createSymbolicLink(board.resolve("link"), Path.of("nowhere"));
                })) {
            change.make();
            assertThat(digest()).isNotEqualTo(before);
            before = digest();
        }
    }

    @Test
    void takesClassesAndTheJarOfThemForTheSameCode() throws Exception {
        var classes = Files.createDirectories(temporary.resolve("classes"));
        Files.writeString(Files.createDirectories(classes.resolve("a/b")).resolve("C.class"), "code");
        Files.writeString(classes.resolve("a/A.class"), "code");
        Files.writeString(classes.resolve("a-b.txt"), "text");
        var jar = temporary.resolve("code.jar");
        try (var zip = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
            for (var name : List.of("META-INF", "a", "a/b")) {
                Files.createDirectory(zip.getPath(name));
            }
            Files.writeString(zip.getPath("META-INF/MANIFEST.MF"), "of the jar");
            for (var name : List.of("a-b.txt", "a/A.class", "a/b/C.class")) {
                Files.copy(classes.resolve(name), zip.getPath(name));
            }
        }
        assertThat(code(jar)).isEqualTo(code(classes));
        Files.writeString(classes.resolve("a/A.class"), "other");
        assertThat(code(jar)).isNotEqualTo(code(classes));
    }

    private static byte[] code(Path path) throws IOException {
        var digest = Sha256Digest.newMessageDigest();
        BuildInputs.addCode(digest, path);
        return digest.digest();
    }

    /** Something done to the board. */
    private interface Change {
        Object make() throws IOException;
    }

    @Test
    void changesWithTheKeysButNotWithTheExpiry() throws Exception {
        var pair = KeyAlgorithm.EC_P256.generate();
        var ring = Keyring.ofEqualKeys(List.of(Keyring.Key.of(pair.getPublic(), "test")))
                .toJson()
                .getBytes(StandardCharsets.UTF_8);
        var now = signed(pair, ring, Instant.EPOCH);
        assertThat(now).isNotEqualTo(digest()).isEqualTo(signed(pair, ring, Instant.MAX));
        ring[ring.length - 1] = ' ';
        assertThat(signed(pair, ring, Instant.EPOCH)).isNotEqualTo(now);
    }

    private String signed(KeyPair pair, byte[] keyring, Instant expires) throws Exception {
        var signing = ReleaseSigning.of(List.of(KeySigner.of(pair)), keyring, expires);
        return BuildInputs.digest(board, "1.0", Instant.EPOCH, Optional.empty(), Optional.of(signing));
    }
}
