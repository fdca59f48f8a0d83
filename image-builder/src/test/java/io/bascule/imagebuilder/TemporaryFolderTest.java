package io.bascule.imagebuilder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {
    @TempDir
    private Path folder;

    @Test
    void goesWithWhatIsInIt() throws Exception {
        var parent = folder.resolve("not/there");
        try (var temporary = TemporaryFolder.in(parent, "work")) {
            assertThat(temporary.path()).hasParent(parent).isDirectory();
            Files.writeString(
                    Files.createDirectory(temporary.path().resolve("a")).resolve("b"), "");
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void goesWhenTheProgramIsEnded() throws Exception {
        var process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor()).isEqualTo(3);
        assertThat(process.getInputStream().readAllBytes()).asString().startsWith(folder.toString());
        assertThat(folder).isEmptyDirectory();
    }

    /** Ends without closing. */
    static final class Main {
        public static void main(String[] args) throws Exception {
            var temporary = TemporaryFolder.in(Path.of(args[0]), "work");
            System.out.println(temporary.path());
            System.exit(3);
        }
    }
}
