package io.bascule.imagebuilder.board;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.BuildException;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

class BoardFuzzTest extends FuzzTests {
    private static final Path FOLDER = Path.of("target", "fuzz", "board", "files");

    @Override
    public String name() {
        return "board";
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        return Map.of(
                "amd64-base",
                Files.readAllBytes(Path.of("..", "boards", "amd64-base", BoardReader.FILE_NAME)),
                "every-key",
                """
                extends: base
                name: a-board
                description: "of a \\"test\\" ä"
                debian: {suite: trixie, packages: &p [linux-image-amd64, systemd], extra-packages: *p}
                exclude: [usr/share/doc, "a b"]
                kernel-arguments: [quiet, 'console=ttyS0,115200']
                initrd-modules:
                  - virtio_blk
                sizes: {esp: 64M, usr: 1G, state-minimum: 64M}
                compression:
                  codec: zstd
                  level: 3
                overlay: files
                """.getBytes(UTF_8));
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(BuildException.class);
    }

    /** Each is written to a file. */
    @Override
    public int mutations() {
        return 2000;
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.YAML;
    }

    @Override
    public void read(byte[] input) throws IOException, BuildException {
        Files.createDirectories(FOLDER.resolve("files"));
        var base = Files.createDirectories(FOLDER.resolve("base")).resolve(BoardReader.FILE_NAME);
        if (!Files.exists(base)) {
            Files.write(base, seeds().get("amd64-base"));
        }
        Files.write(FOLDER.resolve(BoardReader.FILE_NAME), input);
        var board = BoardReader.read(FOLDER);
        assertThat(board.name()).isNotBlank();
        BoardReader.foldersOf(FOLDER);
    }

    @Override
    public void checkRefusal(byte[] input, Exception refusal) {
        assertThat(refusal).hasMessageContaining(BoardReader.FILE_NAME);
        assertThat(((BuildException) refusal).hint()).isNotBlank();
    }
}
