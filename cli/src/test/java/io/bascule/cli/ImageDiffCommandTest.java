package io.bascule.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.erofs.Compression;
import io.bascule.imagebuilder.erofs.ErofsOptions;
import io.bascule.imagebuilder.erofs.ErofsWriter;
import io.bascule.imagebuilder.tree.FileTree;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user or a script sees of {@code image diff}. */
class ImageDiffCommandTest {
    @TempDir
    private Path folder;

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path before = Path.of("");
    private Path after = Path.of("");

    @BeforeEach
    void prepare() throws Exception {
        before = image("before.erofs", "one");
        after = image("after.erofs", "other");
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    private Path image(String name, String content) throws Exception {
        var tree = FileTree.empty();
        tree.putFile("bin/tool", 0755, content);
        var file = folder.resolve(name);
        ErofsWriter.write(
                tree,
                new ErofsOptions(new UUID(1, 2), "usr", Instant.EPOCH, new Compression.None(), 1),
                folder,
                file,
                (done, total) -> {});
        return file;
    }

    private int run(Object... options) {
        var arguments = new String[options.length + 2];
        arguments[0] = "image";
        arguments[1] = "diff";
        for (var i = 0; i < options.length; i++) {
            arguments[i + 2] = options[i].toString();
        }
        return Bascule.run(arguments);
    }

    @Test
    void showsDifferencesAndSucceeds() {
        assertThat(run(before, after)).as(err.toString(UTF_8)).isZero();
        assertThat(out.toString(UTF_8))
                .startsWith("before.erofs -> after.erofs\n")
                .contains("~ /usr/bin/tool +2 B content");
        assertThat(err.toString(UTF_8)).contains("1 file differs");
    }

    @Test
    void tellsScriptsByTheExitCodeIfTheyWantIt() {
        assertThat(run("--exit-code", before, after)).isEqualTo(6);
        assertThat(run("--exit-code", before, before)).isZero();
    }

    @Test
    void printsJsonAndNothingElse() throws Exception {
        assertThat(run("--json", before, after)).isZero();
        var json = new ObjectMapper().readTree(out.toString(UTF_8));
        assertThat(json.at("/files/0/path").asText()).isEqualTo("/usr/bin/tool");
    }

    @Test
    void writesAPageInThePlaceOfAnEarlierOne() throws Exception {
        var page = Files.writeString(folder.resolve("page.html"), "old");
        assertThat(run("--html", page, before, after)).isZero();
        assertThat(page).content(UTF_8).startsWith("<!doctype html>").endsWith("</html>\n");
        assertThat(page.resolveSibling(".page.html.partial")).doesNotExist();
        assertThat(err.toString(UTF_8)).contains(page.toString());
    }

    @Test
    void saysWhatIsWrong() {
        assertThat(run(before, folder.resolve("absent"))).isEqualTo(3);
        assertThat(err.toString(UTF_8))
                .contains("there is no " + folder.resolve("absent"))
                .contains("what to do: ");
        assertThat(run("--html", folder.resolve("no/such/folder.html"), before, after))
                .isEqualTo(3);
        assertThat(err.toString(UTF_8)).contains("there is no folder for ");
        assertThat(run(before)).isEqualTo(2);
        assertThat(out.toString(UTF_8)).isEmpty();
    }
}
