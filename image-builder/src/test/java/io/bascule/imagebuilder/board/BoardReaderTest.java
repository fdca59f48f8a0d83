package io.bascule.imagebuilder.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bascule.imagebuilder.BuildException;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoardReaderTest {
    private static final String LEAST = """
            name: b
            description: A board
            debian: {suite: trixie, packages: [systemd]}
            """;

    @TempDir
    private Path temporary;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("board"));
    }

    private Board read(String text) throws BuildException, IOException {
        Files.writeString(folder.resolve("board.yaml"), text);
        return BoardReader.read(folder);
    }

    private BuildException refusal(String text) throws IOException {
        Files.writeString(folder.resolve("board.yaml"), text);
        return refusal();
    }

    private BuildException refusal() {
        var refused = catchThrowableOfType(BuildException.class, () -> BoardReader.read(folder));
        assertThat(refused).isNotNull();
        assertThat(refused.kind()).isEqualTo(BuildException.Kind.BAD_INPUT);
        assertThat(refused.hint()).isNotEmpty();
        return refused;
    }

    @Test
    void fillsInWhatTheFileDoesNotSay() throws Exception {
        var board = read(LEAST);
        assertThat(board.sizes())
                .isEqualTo(new Board.Sizes(ByteCount.ofMiB(512), ByteCount.ofGiB(1), ByteCount.ofMiB(512)));
        assertThat(board.compression())
                .isEqualTo(new Board.Compression(Board.Codec.ZSTD, 12, new ByteCount(256 << 10)));
        assertThat(board.exclude()).isEmpty();
        assertThat(board.kernelArguments()).isEmpty();
        assertThat(board.initrdModules()).isEmpty();
        assertThat(board.overlays()).isEmpty();
    }

    @Test
    void readsEveryKey() throws Exception {
        Files.createDirectories(folder.resolve("files/more"));
        var board = read("""
                name: a-board-2
                description: Text with spaces
                debian:
                  suite: trixie
                  packages: [linux-image-cloud-amd64, less/trixie-updates, "libstdc++6:amd64"]
                exclude: [/usr/share/games, etc/cron.d]
                kernel-arguments: [console=ttyS0, quiet]
                initrd-modules: [nvme, dm-crypt]
                sizes: {esp: 64M, usr: 2G, state-minimum: 65536K}
                compression: {codec: none}
                overlay: files/more
                """);
        assertThat(board.name()).isEqualTo("a-board-2");
        assertThat(board.debian())
                .contains(new Board.Debian(
                        "trixie", List.of("linux-image-cloud-amd64", "less/trixie-updates", "libstdc++6:amd64")));
        assertThat(board.exclude()).containsExactly("/usr/share/games", "etc/cron.d");
        assertThat(board.kernelArguments()).containsExactly("console=ttyS0", "quiet");
        assertThat(board.initrdModules()).containsExactly("nvme", "dm-crypt");
        assertThat(board.sizes())
                .isEqualTo(new Board.Sizes(ByteCount.ofMiB(64), ByteCount.ofGiB(2), ByteCount.ofMiB(64)));
        assertThat(board.compression().codec()).isEqualTo(Board.Codec.NONE);
        assertThat(board.overlays()).containsExactly(folder.resolve("files/more"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {codec: zstd}                           | ZSTD | 12 | 262144
            {codec: zstd, level: 19, extent: 256K}  | ZSTD | 19 | 262144
            {codec: lz4hc}                          | LZ4HC | 9 | 262144
            {codec: lz4hc, level: 12, extent: 64K}  | LZ4HC | 12 | 65536
            {codec: lzma}                           | LZMA | 6 | 262144
            {codec: lzma, level: 0, extent: 1M}     | LZMA | 0 | 1048576
            {codec: none}                           | NONE | 0 | 262144
            {profile: small}                        | ZSTD | 19 | 262144
            {profile: default}                      | ZSTD | 12 | 262144
            {profile: fast}                         | ZSTD | 3 | 262144
            """)
    void readsHowUsrIsCompressed(String yaml, Board.Codec codec, int level, long extent) throws Exception {
        assertThat(read(LEAST + "compression: " + yaml + "\n").compression())
                .isEqualTo(new Board.Compression(codec, level, new ByteCount(extent)));
    }

    @Test
    void readsTheBoardOfThisRepository() throws Exception {
        var board = BoardReader.read(Path.of("../boards/amd64-base"));
        assertThat(board.name()).isEqualTo("amd64-base");
        assertThat(board.debian().orElseThrow().packages()).contains("systemd", "systemd-boot-efi");
        assertThat(board.overlays()).hasSize(1);
    }

    /** Added to the least board in its fourth line. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nmae: x                          | 4: nmae: unknown key; known here: compression, debian, decompress, description, exclude, extends, extra-sources, initrd-modules, kernel-arguments, name, overlay, sizes, sources
            name: again                      | 4: name: is given twice
            sizes: {usb: 1G}                 | 4: sizes.usb: unknown key; known here: esp, state-minimum, usr
            sizes: {usr: 1G, usr: 2G}        | 4: sizes.usr: is given twice
            sizes: 1G                        | 4: sizes: expected keys and values
            sizes: {usr: [1G]}               | 4: sizes.usr: expected a line of text, found a list
            sizes: {usr: big}                | 4: sizes.usr: not a size: 'big' (write it like 512M or 2G)
            sizes: {usr: 1000K}              | 4: sizes.usr: must be whole MiB and at least 1.0 MiB, found '1000K'
            sizes: {usr: -1G}                | 4: sizes.usr: not a size: '-1G' (write it like 512M or 2G)
            sizes: {usr: 99999999T}          | 4: sizes.usr: too large a size: '99999999T'
            sizes: {esp: 63M}                | 4: sizes.esp: must be whole MiB and at least 64.0 MiB, found '63M'
            sizes: {state-minimum: 0}        | 4: sizes.state-minimum: must be whole MiB and at least 64.0 MiB, found '0'
            compression: zstd                | 4: compression: expected keys and values
            compression: {}                  | 4: compression: the key 'codec' is missing
            compression: {codec: lz4}        | 4: compression.codec: must be zstd, lz4hc, lzma or none, found 'lz4'
            compression: {codec: zstd, level: 20}  | 4: compression.level: expected a whole number from 1 to 19, found '20'
            compression: {codec: zstd, level: two} | 4: compression.level: expected a whole number from 1 to 19, found 'two'
            compression: {codec: zstd, window: 1}  | 4: compression.window: unknown key; known here: codec, extent, level, profile
            compression: {profile: tiny}  | 4: compression.profile: must be small, default or fast, found 'tiny'
            compression: {profile: small, level: 3} | 4: compression.level: is what the profile says already; give one of them
            compression: {codec: lz4hc, level: 13} | 4: compression.level: expected a whole number from 1 to 12, found '13'
            compression: {codec: lzma, level: 10}  | 4: compression.level: expected a whole number from 0 to 9, found '10'
            compression: {codec: none, level: 1}   | 4: compression.level: has no meaning with the codec none
            compression: {codec: none, extent: 64K} | 4: compression.extent: has no meaning with the codec none
            compression: {codec: zstd, extent: 32K} | 4: compression.extent: must be 64K, 128K, 256K, 512K or 1M, found '32K'
            compression: {codec: zstd, extent: 2M} | 4: compression.extent: must be 64K, 128K, 256K, 512K or 1M, found '2M'
            compression: {codec: zstd, extent: 96K} | 4: compression.extent: must be 64K, 128K, 256K, 512K or 1M, found '96K'
            compression: {codec: zstd, extent: all} | 4: compression.extent: must be 64K, 128K, 256K, 512K or 1M, found 'all'
            exclude: etc                     | 4: exclude: expected a list, found 'etc'
            exclude: [a, ../b]               | 4: exclude[1]: a path in an image cannot have '..': ../b
            exclude: [/]                     | 4: exclude[0]: excludes everything
            exclude: [{a: b}]                | 4: exclude[0]: expected a line of text, found a section with keys
            kernel-arguments: [a b]          | 4: kernel-arguments[0]: expected one kernel argument without spaces, none of those that the build sets itself, found 'a b'
            kernel-arguments: [quiet, usrhash=0] | 4: kernel-arguments[1]: expected one kernel argument without spaces, none of those
            kernel-arguments: [root=/dev/sda]    | none of those that the build sets itself, found 'root=/dev/sda'
            kernel-arguments: [panic=0]          | none of those that the build sets itself, found 'panic=0'
            kernel-arguments: ["a\\0"]       | 4: kernel-arguments[0]: expected a line of text, found
            initrd-modules: [nvme.ko]        | 4: initrd-modules[0]: expected the name of a kernel module, found 'nvme.ko'
            overlay: missing                 | 4: overlay: there is no
            overlay: board.yaml              | is not a folder
            overlay: ..                      | 4: overlay:
            overlay: .                       | must lie inside the board's folder
            overlay: ../other                | must lie inside the board's folder
            overlay: link                    | must lie inside the board's folder
            overlay: /                       | must lie inside the board's folder
            ? [a]                            | a key must be a plain word
            """)
    void namesFileLineKeyAndWhatWouldBeRight(String added, String message) throws Exception {
        var other = Files.createDirectory(temporary.resolve("other"));
        Files.createSymbolicLink(folder.resolve("link"), other);
        assertThat(refusal(LEAST + added + "\n"))
                .hasMessageStartingWith(folder.resolve("board.yaml") + ":4: ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name: b|:2: name: is given twice
            name: Large|:1: name: expected lower-case letters, digits and dashes, 32 at most, found 'Large'
            name: a_b|:1: name: expected lower-case letters, digits and dashes, 32 at most, found 'a_b'
            name: ''|:1: name: expected a line of text, found ''
            name: [a]|:1: name: expected a line of text, found a list
            name: {a: b}|:1: name: expected a line of text, found a section with keys
            """)
    void saysWhatANameIs(String first, String message) throws Exception {
        var rest = first.equals("name: b") ? LEAST : LEAST.substring(LEAST.indexOf('\n') + 1);
        assertThat(refusal(first + "\n" + rest)).hasMessage(folder.resolve("board.yaml") + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name: b         |:2: the key 'name' is missing
            description     |:1: the key 'description' is missing
            debian          |:1: the key 'debian' is missing
            """)
    void namesAKeyThatIsMissing(String key, String message) throws Exception {
        var without = LEAST.lines().filter(line -> !line.startsWith(key)).toList();
        assertThat(refusal("# comment\n".repeat(key.startsWith("name") ? 1 : 0) + String.join("\n", without)))
                .hasMessage(folder.resolve("board.yaml") + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {suite: trixie}                     |:3: debian: the key 'packages' is missing
            {packages: [a2]}                    |:3: debian: the key 'suite' is missing
            {suite: trixie, packages: []}       |:3: debian.packages: at least a kernel and systemd must be in the list
            {suite: trixie, packages: less}     |:3: debian.packages: expected a list, found 'less'
            {suite: trixie, packages: ["a b"]}  |:3: debian.packages[0]: expected the name of a Debian package, found 'a b'
            {suite: trixie, packages: [-less]}  |:3: debian.packages[0]: expected the name of a Debian package, found '-less'
            {suite: 13, packages: [less]}       |:3: debian.suite: expected the code name of a Debian release, found '13'
            {suite: trixie, packges: [less]}    |:3: debian.packges: unknown key; known here: extra-packages, packages, suite
            trixie                              |:3: debian: expected keys and values
            """)
    void namesWhatIsWrongWithThePackages(String debian, String message) throws Exception {
        assertThat(refusal("name: b\ndescription: A board\ndebian: " + debian + "\n"))
                .hasMessage(folder.resolve("board.yaml") + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'a: [b'             |:1: not valid YAML
            'a: b\tc: d: e'     |:1: not valid YAML
            '- a'               |:1: expected keys and values
            'text'              |:1: expected keys and values
            'a: *nobody'        |:1: not valid YAML
            '*a'                |:1: not valid YAML
            '# only a comment'  |' is empty'
            ''                  |' is empty'
            """)
    void namesFileAndLineOfWhatIsNotYaml(String text, String message) throws Exception {
        assertThat(refusal(text)).hasMessageContaining(folder.resolve("board.yaml") + message);
    }

    @Test
    void refusesFilesThatAreNoBoardFiles() throws Exception {
        assertThat(refusal("a: b\n---\nc: d\n"))
                .hasMessageContaining("board.yaml:")
                .hasMessageContaining("YAML");
        assertThat(refusal("a: " + "[".repeat(100_000)))
                .hasMessageContaining("board.yaml:1: lists or keys inside each other");
        assertThat(refusal("a: &a [*a]\n")).hasMessageContaining("unknown key");
        assertThat(refusal(LEAST + "exclude: &a [*a]\n"))
                .hasMessageContaining(":4: exclude[0]: expected a line of text");
        assertThat(refusal("#".repeat((1 << 20) + 1))).hasMessageContaining("is larger than 1 MiB");
        Files.write(
                folder.resolve("board.yaml"),
                "name: b\ndescription: gr\u00fcn\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(refusal()).hasMessage(folder.resolve("board.yaml") + ":2: not UTF-8");
        Files.delete(folder.resolve("board.yaml"));
        assertThat(refusal()).hasMessage("there is no file " + folder.resolve("board.yaml"));
    }

    @Test
    void takesAnchorsForWhatTheyStandFor() throws Exception {
        var board = read(LEAST + "kernel-arguments: &list [quiet]\ninitrd-modules: *list\n");
        assertThat(board.initrdModules()).containsExactly("quiet");
    }

    @Test
    void refusesAnOverlayOfTheUsualNameThatIsAFile() throws Exception {
        Files.writeString(folder.resolve("overlay"), "");
        assertThat(refusal(LEAST)).hasMessageContaining(":1: overlay: ").hasMessageEndingWith("is not a folder");
    }

    @Test
    void refusesAFileInPlaceOfAFolder() throws Exception {
        read(LEAST);
        assertThat(Objects.requireNonNull(catchThrowable(() -> BoardReader.read(folder.resolve("board.yaml")))))
                .isInstanceOf(BuildException.class)
                .hasMessageEndingWith("board.yaml is a file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay", "real"})
    void takesAnOverlayThatIsALinkInsideTheBoard(String name) throws Exception {
        Files.createDirectory(folder.resolve("real"));
        Files.createSymbolicLink(folder.resolve("overlay"), Path.of("real"));
        assertThat(read(LEAST + "overlay: " + name + "\n").overlays()).containsExactly(folder.resolve(name));
    }
}
