package io.bascule.imagebuilder.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.BuildInputs;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Boards that say only what is different. */
class ExtendingBoardTest {
    private static final String BASE = """
            name: base
            description: The base
            debian: {suite: trixie, packages: [systemd, less]}
            exclude: [usr/share/games]
            kernel-arguments: [quiet]
            initrd-modules: [nvme]
            sizes: {esp: 128M, usr: 256M}
            compression: {codec: zstd, level: 3}
            """;

    @TempDir
    private Path temporary = Path.of("");

    @BeforeEach
    void makeBase() throws IOException {
        write("base", BASE);
        Files.createDirectories(temporary.resolve("base/overlay/etc"));
    }

    private Path write(String name, String text) throws IOException {
        var folder = Files.createDirectories(temporary.resolve(name));
        Files.writeString(folder.resolve("board.yaml"), text);
        return folder;
    }

    private String refusal(String name) {
        var refused = catchThrowableOfType(BuildException.class, () -> BoardReader.read(temporary.resolve(name)));
        assertThat(refused).isNotNull();
        return String.valueOf(refused.getMessage()).replace(temporary + "/", "");
    }

    @Test
    void saysWhatItsBaseSays() throws Exception {
        var board = BoardReader.read(write("b", "extends: ../base\n"));
        var base = BoardReader.read(temporary.resolve("base"));
        assertThat(board)
                .usingRecursiveComparison()
                .ignoringFields("folder", "origins")
                .isEqualTo(base);
        assertThat(board.folder()).isEqualTo(temporary.resolve("b"));
    }

    @Test
    void replacesWhatIsOneThingAndAddsToLists() throws Exception {
        var folder = write("b", """
                extends: ../base
                name: b
                debian: {extra-packages: [nano, less]}
                exclude: [usr/share/zoneinfo]
                kernel-arguments: [noinitrd]
                initrd-modules: [ahci]
                sizes: {usr: 512M}
                """);
        Files.createDirectories(folder.resolve("overlay/etc"));

        var board = BoardReader.read(folder);

        assertThat(board.name()).isEqualTo("b");
        assertThat(board.description()).isEqualTo("The base");
        assertThat(board.debian().orElseThrow().packages()).containsExactly("systemd", "less", "nano");
        assertThat(board.exclude()).containsExactly("usr/share/games", "usr/share/zoneinfo");
        assertThat(board.kernelArguments()).containsExactly("quiet", "noinitrd");
        assertThat(board.initrdModules()).containsExactly("nvme", "ahci");
        assertThat(board.sizes())
                .isEqualTo(new Board.Sizes(ByteCount.ofMiB(128), ByteCount.ofMiB(512), ByteCount.ofMiB(512)));
        assertThat(board.compression().level()).isEqualTo(3);
        assertThat(board.overlays()).containsExactly(temporary.resolve("base/overlay"), temporary.resolve("b/overlay"));
    }

    @Test
    void packagesOfItsOwnReplaceThoseOfTheBase() throws Exception {
        var board = BoardReader.read(
                write("b", "extends: ../base\ndebian: {packages: [systemd-sysv], extra-packages: [nano]}\n"));
        assertThat(board.debian()).contains(new Board.Debian("trixie", List.of("systemd-sysv", "nano")));
    }

    @Test
    void knowsWhichFileSaysWhat() throws Exception {
        var board = BoardReader.read(write("b", """
                extends: ../base
                debian: {extra-packages: [nano]}
                exclude: [usr/share/zoneinfo]
                """));
        var base = temporary.resolve("base/board.yaml");
        var own = temporary.resolve("b/board.yaml");
        assertThat(board.origin("usr/share/games")).isEqualTo(base);
        assertThat(board.origin("usr/share/zoneinfo")).isEqualTo(own);
        assertThat(board.origin("less")).isEqualTo(base);
        assertThat(board.origin("nano")).isEqualTo(own);
        assertThat(board.origin("sizes.usr")).isEqualTo(base);
        assertThat(board.origin("kernel-arguments")).isEqualTo(base);
        assertThat(board.origin("what nobody says")).isEqualTo(own);
    }

    @Test
    void complaintsAboutTheBaseNameItsFile() throws Exception {
        write("base", BASE + "nmae: x\n");
        write("b", "extends: ../base\n");
        assertThat(refusal("b")).startsWith("base/board.yaml:9: nmae: unknown key");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ../nowhere    | b/board.yaml:1: extends: there is no board in nowhere
            ../b          | b/board.yaml:1: extends: goes in a circle: b extends this board, or is it
            .             | b/board.yaml:1: extends: goes in a circle
            /base         | b/board.yaml:1: extends: must be relative to the board's folder, found '/base'
            [../base]     | b/board.yaml:1: extends: expected a line of text, found a list
            ../circle     | circle/board.yaml:1: extends: goes in a circle: b extends this board
            """)
    void namesFileLineAndKeyOfABadBase(String base, String message) throws Exception {
        write("circle", "extends: ../b\n");
        write("b", "extends: " + base + "\n");
        assertThat(refusal("b")).startsWith(message);
    }

    @Test
    void fourBoardsMayExtendEachOther() throws Exception {
        var previous = "base";
        for (var name : new String[] {"b1", "b2", "b3", "b4", "b5"}) {
            write(name, "extends: ../" + previous + "\n");
            previous = name;
        }
        assertThat(BoardReader.read(temporary.resolve("b4")).name()).isEqualTo("base");
        assertThat(refusal("b5")).startsWith("b1/board.yaml:1: extends: more than 4 boards");
    }

    @Test
    void theInputsOfABuildAreThoseOfAllBoardsInTheChain() throws Exception {
        var board = write("b", "extends: ../base\n");
        var before = BuildInputs.digest(board, "1.0.0", Instant.EPOCH, Optional.empty(), Optional.empty());
        Files.writeString(temporary.resolve("base/overlay/etc/motd"), "changed");
        assertThat(BuildInputs.digest(board, "1.0.0", Instant.EPOCH, Optional.empty(), Optional.empty()))
                .isNotEqualTo(before);
    }
}
