package io.bascule.imagebuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.testsupport.ExternalTool;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingFolderTest {
    @TempDir
    private Path output;

    private Path target() {
        return output.resolve("board/1.0");
    }

    private void build(String text) throws Exception {
        try (var staging = StagingFolder.forTarget(target())) {
            Files.writeString(staging.path().resolve("file"), text);
            staging.publish();
        }
    }

    @Test
    void givesAFinishedReleaseItsNameAndLeavesNothingElse() throws Exception {
        build("text");
        assertThat(target().resolve("file")).hasContent("text");
        assertThat(target().getParent()).isDirectoryNotContaining("glob:**/.*");
    }

    @Test
    void leavesNothingOfABuildThatFails() throws Exception {
        try (var staging = StagingFolder.forTarget(target())) {
            Files.writeString(staging.path().resolve("file"), "text");
        }
        assertThat(target().getParent()).isEmptyDirectory();
        build("second");
        assertThat(target().resolve("file")).hasContent("second");
    }

    @Test
    void refusesATargetThatIsThere() throws Exception {
        build("text");
        assertThatThrownBy(() -> StagingFolder.forTarget(target()))
                .isInstanceOf(BuildException.class)
                .hasMessage("there is a release at " + target() + " already");
        Files.createSymbolicLink(output.resolve("board/2.0"), Path.of("nowhere"));
        assertThatThrownBy(() -> StagingFolder.checkFree(output.resolve("board/2.0")))
                .isInstanceOf(BuildException.class);
        assertThat(target().resolve("file")).hasContent("text");
    }

    @Test
    void deletesWhatAnInterruptedBuildLeft() throws Exception {
        var stale = Files.createDirectories(output.resolve("board/.1.0.partial/deep"));
        Files.writeString(stale.resolve("old"), "old");
        Files.createSymbolicLink(stale.resolve("link"), output);
        Files.writeString(output.resolve("board/.1.0.lock"), "");
        build("new");
        assertThat(target()).isDirectoryNotContaining("glob:**/deep");
        assertThat(output).exists();
    }

    @Test
    void refusesASecondBuildAtTheSameTimeButNotOfAnotherVersion() throws Exception {
        try (var first = StagingFolder.forTarget(target())) {
            Files.writeString(first.path().resolve("file"), "first");
            for (var attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> StagingFolder.forTarget(target()))
                        .isInstanceOf(BuildException.class)
                        .hasMessage("another build of " + target() + " is running");
            }
            try (var other = StagingFolder.forTarget(output.resolve("board/1.1"))) {
                assertThat(other.path()).isNotEqualTo(first.path());
            }
            first.publish();
        }
        assertThat(target().resolve("file")).hasContent("first");
    }

    /** Another process: this one's locks do not keep this one away. */
    @Test
    void refusesABuildWhileAnotherProcessHasTheLock() throws Exception {
        var lock = Files.createDirectories(target().getParent()).resolve(".1.0.lock");
        var python =
                "import fcntl,sys; f=open(sys.argv[1],'w'); fcntl.lockf(f, fcntl.LOCK_EX); print('locked', flush=True);"
                        + " sys.stdin.read()";
        ExternalTool.require("python3");
        var holder = new ProcessBuilder("python3", "-c", python, lock.toString()).start();
        try {
            assertThat(holder.getInputStream().read()).isEqualTo('l');
            assertThatThrownBy(() -> StagingFolder.forTarget(target()))
                    .isInstanceOf(BuildException.class)
                    .hasMessageContaining("another build");
        } finally {
            holder.getOutputStream().close();
            holder.waitFor();
        }
        assertThat(lock).exists();
        build("after");
        assertThat(target()).isDirectory();
        try (var channel = FileChannel.open(target().resolve("file"), StandardOpenOption.READ)) {
            assertThat(channel.size()).isEqualTo(5);
        }
    }
}
