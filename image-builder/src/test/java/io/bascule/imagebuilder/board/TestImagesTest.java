package io.bascule.imagebuilder.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The images for scenarios: whether they are boards, and say what is wrong with them. */
class TestImagesTest {
    private static final Path FOLDER = Path.of("../test-images");

    static List<Path> images() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.filter(Files::isDirectory).sorted().toList();
        }
    }

    @Test
    void thereIsOneForEachWayToFail() throws Exception {
        assertThat(images().stream().map(image -> String.valueOf(image.getFileName())))
                .contains(
                        "base",
                        "corrupt-verity",
                        "crash-after-blessing",
                        "dead-kernel",
                        "failing-health-check",
                        "good",
                        "hang",
                        "hanging-health-check",
                        "never-complete",
                        "stuck-initrd",
                        "unmountable");
    }

    /** One can be an update of the other, and all are made from one download. */
    @ParameterizedTest
    @MethodSource("images")
    void isABoardLikeItsBase(Path image) throws Exception {
        var board = BoardReader.read(image);
        var base = BoardReader.read(BoardReader.foldersOf(image).getLast());
        assertThat(board.name()).isEqualTo(base.name()).isIn("test", "amd64-base");
        assertThat(board.debian()).isEqualTo(base.debian());
        assertThat(board.sizes()).isEqualTo(base.sizes());
    }

    @ParameterizedTest
    @MethodSource("images")
    void saysWhatIsWrongAndWhatMustHappen(Path image) throws Exception {
        var text = Files.readString(image.resolve("README.md"));
        assertThat(text).startsWith("# " + image.getFileName() + "\n");
        if (!image.endsWith("base")) {
            assertThat(text).contains("**Wrong:**").contains("**Must happen:**");
            assertThat(Files.readString(FOLDER.resolve("README.md"))).contains("| `" + image.getFileName() + "` |");
        }
    }

    @ParameterizedTest
    @MethodSource("images")
    void healthChecksOfImagesCanRun(Path image) throws Exception {
        var checks = image.resolve("overlay/usr/lib/bascule/health.d");
        if (Files.isDirectory(checks)) {
            try (var files = Files.walk(checks)) {
                assertThat(files.filter(Files::isRegularFile)).isNotEmpty().allMatch(Files::isExecutable);
            }
        }
    }
}
