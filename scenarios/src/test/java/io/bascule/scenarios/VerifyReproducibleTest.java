package io.bascule.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.SmallSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bascule build --verify-reproducible} as a user runs it. */
class VerifyReproducibleTest {
    private static final String PACKAGES_BOARD = """
            name: small
            description: A system that is none
            debian: {suite: trixie, packages: [issue]}
            sizes: {esp: 64M, usr: 8M, state-minimum: 64M}
            """;

    @TempDir
    private Path folder;

    /** What the command said and how it ended. */
    private record Outcome(int status, JsonNode json, String messages) {}

    private Outcome build(Path home, Path board, String... more) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dfile.encoding=UTF-8",
                "-Dsun.jnu.encoding=UTF-8",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.bascule.cli.Bascule",
                "build",
                board.toString(),
                "--version=1.0.0",
                "--out=" + folder.resolve("out"),
                "--verify-reproducible",
                "--json"));
        command.addAll(List.of(more));
        var messages = folder.resolve("messages");
        var builder = new ProcessBuilder(command).redirectError(messages.toFile());
        builder.environment().put("BASCULE_HOME", home.toString());
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().merge("PATH", folder.resolve("bin") + ":", (path, bin) -> bin + path);
        var process = builder.start();
        process.getOutputStream().close();
        var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), new ObjectMapper().readTree(printed), Files.readString(messages));
    }

    /** Builds without the engine and its real runtime, which are most of what a release has. */
    private Outcome buildSmall(Path board, String... more) throws Exception {
        var cache = folder.resolve("cache");
        SmallSystem.writeCache(cache);
        var all = new ArrayList<>(List.of(more));
        all.add("--cache=" + cache);
        return build(folder, board, all.toArray(String[]::new));
    }

    private List<String> releases(String board) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("out").resolve(board))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    /** Not all that packages run is as it should be: this one looks at the language. */
    private void writeInstaller() throws IOException {
        var installer = Files.createDirectory(folder.resolve("bin")).resolve("mmdebstrap");
        Files.writeString(installer, """
                #!/bin/sh
                case ${LANG:-} in
                tr_*) cat %1$s/second.tar ;;
                *) cat %1$s/first.tar ;;
                esac
                """.formatted(folder));
        Files.setPosixFilePermissions(installer, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void aReproducibleReleaseLeavesNoSecondOne() throws Exception {
        var board = folder.resolve("board");
        SmallSystem.write(board);

        var outcome = buildSmall(board, "--format=qcow2-zstd");

        assertThat(outcome.status()).as(outcome.messages()).isZero();
        assertThat(outcome.json().at("/reproducible/same").asBoolean()).isTrue();
        assertThat(outcome.json().at("/reproducible/varied")).hasSizeGreaterThanOrEqualTo(5);
        assertThat(releases("small")).containsExactly("1.0.0");
    }

    @Test
    void aReleaseThatIsNotStaysBesideItsSecondAndTheCauseIsNamed() throws Exception {
        var board = Files.createDirectory(folder.resolve("board"));
        Files.writeString(board.resolve("board.yaml"), PACKAGES_BOARD);
        writeInstaller();
        SmallSystem.writeTree(folder.resolve("first.tar"), "I speak C\n");
        SmallSystem.writeTree(folder.resolve("second.tar"), "I speak T\n");

        var outcome = buildSmall(board, "--mirror=http://mirror.invalid/debian");

        assertThat(outcome.status()).as(outcome.messages()).isEqualTo(6);
        var found = outcome.json().path("reproducible");
        assertThat(found.path("same").asBoolean()).isFalse();
        assertThat(found.at("/differences/0/file").asText()).isEqualTo("small_1.0.0.usr.erofs");
        var owners = found.at("/differences/0/owners");
        assertThat(owners).isNotEmpty();
        assertThat(releases("small")).containsExactly("1.0.0", "1.0.0_again");
        assertThat(Path.of(found.path("second").asText()).resolve("small_1.0.0.raw"))
                .exists();
        try (var usr = Files.newInputStream(folder.resolve("out/small/1.0.0/small_1.0.0.usr.erofs"))) {
            assertThat(new String(usr.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .as("the first release is what this process would build")
                    .contains("I speak C");
        }
    }

    @Test
    void aSecondBuildThatFailsIsSaidAndTheFirstStays() throws Exception {
        var board = Files.createDirectory(folder.resolve("board"));
        Files.writeString(board.resolve("board.yaml"), PACKAGES_BOARD);
        writeInstaller();
        SmallSystem.writeTree(folder.resolve("first.tar"), "first\n");

        var outcome = buildSmall(board, "--mirror=http://mirror.invalid/debian");

        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.messages())
                .contains("the first build succeeded, and the second, in other surroundings, ended with status ");
        assertThat(releases("small")).containsExactly("1.0.0");
    }

    @Test
    @Tag("long")
    void theBaseBoardIsReproducibleFromTheMirrorOn() throws Exception {
        Releases.assumeTools();

        var outcome =
                build(Releases.CHECKOUT, Releases.CHECKOUT.resolve("boards").resolve("amd64-base"));

        assertThat(outcome.status()).as(outcome.messages()).isZero();
        assertThat(outcome.json().at("/reproducible/same").asBoolean()).isTrue();
        assertThat(outcome.json().at("/reproducible/notVaried").asText()).isEmpty();
    }
}
