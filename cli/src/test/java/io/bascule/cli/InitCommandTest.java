package io.bascule.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user or a script sees of {@code bascule init}. */
class InitCommandTest {
    /** The board that is shipped, from the folder that tests run in. */
    private static final String BASE = Path.of("..", "boards", "amd64-base").toString();

    @TempDir
    private Path temporary;

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    private int init(String... more) {
        var arguments = new String[7 + more.length];
        arguments[0] = "init";
        arguments[1] = temporary.resolve("kiosk").toString();
        arguments[2] = "--from";
        arguments[3] = BASE;
        arguments[4] = "--algorithm";
        arguments[5] = "p256";
        arguments[6] = "--no-lock";
        System.arraycopy(more, 0, arguments, 7, more.length);
        return Bascule.run(arguments);
    }

    @Test
    void whatIsMadeIsABoardThatBuildTakesWithItsKey() throws Exception {
        assertThat(init("--json")).isZero();
        var made = new ObjectMapper().readTree(out.toString(UTF_8));
        assertThat(made.path("name").asText()).isEqualTo("kiosk");
        assertThat(made.path("made").asBoolean()).isTrue();
        assertThat(made.path("next")).hasSize(3);
        assertThat(Path.of(made.path("keyring").asText())).isRegularFile();

        out.reset();
        var words = made.path("next").path(0).asText().split(" ");
        assertThat(words[0]).isEqualTo("bascule");
        var build = new String[words.length + 3];
        System.arraycopy(words, 1, build, 0, words.length - 1);
        build[words.length - 1] = "--dry-run";
        build[words.length] = "--json";
        build[words.length + 1] = "--mirror";
        build[words.length + 2] = "http://mirror.invalid/debian";
        assertThat(Bascule.run(build)).as(err.toString(UTF_8)).isZero();
        var plan = new ObjectMapper().readTree(out.toString(UTF_8));
        assertThat(plan.path("board").asText()).isEqualTo("kiosk");
        assertThat(plan.path("signedBy")).hasSize(1);
    }

    @Test
    void aDryRunMakesNothing() throws Exception {
        assertThat(init("--dry-run")).isZero();
        assertThat(out.toString(UTF_8)).startsWith("would make ").contains("bascule build ");
        try (var files = Files.list(temporary)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void whatIsThereAndWhatIsNotIsRefusedAsBadInput() throws Exception {
        Files.writeString(Files.createDirectory(temporary.resolve("kiosk")).resolve("mine"), "mine");
        assertThat(init()).isEqualTo(3);
        assertThat(err.toString(UTF_8)).contains("is there already").contains("what to do: choose another folder");
        assertThat(Bascule.run("init", temporary.resolve("x").toString(), "--from", "no-such-board"))
                .isEqualTo(3);
        assertThat(err.toString(UTF_8)).contains("--from: 'no-such-board' is neither");
        assertThat(init("--name", "Not A Name")).isEqualTo(3);
    }
}
