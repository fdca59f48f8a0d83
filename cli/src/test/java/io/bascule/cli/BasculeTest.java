package io.bascule.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user or a script sees of the command: output, complaints, exit codes. */
class BasculeTest {
    private static final String BOARD = """
            name: small
            description: for tests
            debian:
              suite: trixie
              packages: [systemd]
            sizes: {usr: 256M}
            """;
    private static final String MIRROR = "http://mirror.invalid/debian";

    @TempDir
    private Path folder = Path.of("");

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void capture() throws Exception {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        Files.writeString(folder.resolve("board.yaml"), BOARD);
    }

    @AfterEach
    void release() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private int build(String... more) {
        var arguments = new String[] {
            "build", folder.toString(), "--out", folder.resolve("out").toString()
        };
        var all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return Bascule.run(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "init", "build", "run", "doctor"})
    void everyVerbTeaches(String verb) {
        assertThat(Bascule.run(verb, "--help")).isZero();
        assertThat(out()).startsWith("Usage: bascule " + verb).contains("--help");
        assertThat(err()).isEmpty();
    }

    @Test
    void theHelpNamesTheExitCodes() {
        assertThat(Bascule.run("--help")).isZero();
        assertThat(out()).contains("Exit codes: 0 success").contains("demo", "build", "run", "doctor");
    }

    @Test
    void aWrongCommandLineIsTwo() {
        assertThat(Bascule.run("bild")).isEqualTo(2);
        assertThat(build()).isEqualTo(2);
        assertThat(err()).contains("--version");
        assertThat(build("--version", "1", "--jobs", "0")).isEqualTo(2);
    }

    @Test
    void aTarOfPackagesIsAFile() {
        assertThat(build("--version", "1", "--packages-tar", folder.toString())).isEqualTo(3);
        assertThat(err()).contains("is not a file").contains("what to do");
    }

    @Test
    void badInputIsThreeAndNamesFileLineAndKey() throws Exception {
        Files.writeString(folder.resolve("board.yaml"), BOARD + "colour: blue\n");

        assertThat(build("--version", "1.0.0", "--dry-run")).isEqualTo(3);

        assertThat(err()).startsWith("bascule: " + folder.resolve("board.yaml") + ":7: colour: unknown key");
        assertThat(out()).isEmpty();
    }

    @Test
    void aBoardThatIsNotThereIsThreeWithAHint() {
        assertThat(Bascule.run("build", "/nonexistent", "--version", "1", "--out", folder.toString()))
                .isEqualTo(3);
        assertThat(err()).contains("there is no file /nonexistent/board.yaml").contains("what to do: give the folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1_0", "1+0", "", "../1", ".hidden", "1 0"})
    void refusesVersionsThatFileNamesCannotHold(String version) {
        assertThat(build("--version", version, "--mirror", MIRROR, "--dry-run")).isEqualTo(3);
        assertThat(err()).contains("'" + version + "' cannot be a version");
    }

    @Test
    void aDryRunTellsTheWholePlanAndWritesNothing() throws Exception {
        assertThat(build("--version", "1.0.0", "--mirror", MIRROR, "--dry-run", "--json"))
                .isZero();

        var plan = new ObjectMapper().readTree(out());
        assertThat(plan.path("board").asText()).isEqualTo("small");
        assertThat(plan.path("packages").path(0).asText()).isEqualTo("systemd");
        assertThat(plan.path("mirrors").path(0).asText()).isEqualTo(MIRROR);
        assertThat(plan.path("minimumDiskBytes").asLong())
                .isGreaterThan(plan.path("imageBytes").asLong());
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aReleaseThatExistsIsNeverChanged() throws Exception {
        Files.createDirectories(folder.resolve("out").resolve("small").resolve("1.0.0"));

        assertThat(build("--version", "1.0.0", "--mirror", MIRROR)).isEqualTo(3);

        assertThat(err()).contains("there is a release at").contains("releases are never changed");
    }

    @Test
    void aSecondReleaseThatWasKeptIsNotOverwritten() throws Exception {
        Files.createDirectories(folder.resolve("out").resolve("small").resolve("1.0.0_again"));

        assertThat(build("--version", "1.0.0", "--mirror", MIRROR, "--verify-reproducible"))
                .isEqualTo(3);

        assertThat(err())
                .contains("there is a second release at")
                .contains("1.0.0_again")
                .doesNotContain("packages");
    }

    @Test
    void mirrorsMustBeAddresses() {
        assertThat(build("--version", "1", "--mirror", "ftp:x")).isEqualTo(3);
        assertThat(err()).contains("not the address of a mirror: 'ftp:x'");
        assertThat(build("--version", "1", "--security-mirror", MIRROR)).isEqualTo(2);
    }

    @Test
    void anImageThatIsNotThereIsThree() {
        assertThat(Bascule.run("run", "/nonexistent.raw")).isEqualTo(3);
        assertThat(err()).contains("there is no image /nonexistent.raw");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5x", "", "-1", "G"})
    void sizesAreSizes(String size) {
        var image = folder.resolve("board.yaml").toString();
        assertThat(Bascule.run("run", image, "--disk-size", size)).isEqualTo(2);
        assertThat(err()).contains("--disk-size: not a size: '" + size + "'");
    }

    @Test
    void doctorListsEveryToolForScripts() throws Exception {
        var exitCode = Bascule.run("doctor", "--json");

        var tools = new ObjectMapper().readTree(out());
        assertThat(tools).hasSize(HostTool.ALL.size());
        var allGood = true;
        for (var tool : tools) {
            assertThat(tool.path("package").asText()).isNotEmpty();
            assertThat(tool.path("purpose").asText()).isNotEmpty();
            allGood &= tool.path("good").asBoolean();
        }
        assertThat(exitCode).isEqualTo(allGood ? 0 : 4);
    }
}
