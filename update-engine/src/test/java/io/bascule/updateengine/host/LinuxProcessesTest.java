package io.bascule.updateengine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinuxProcessesTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final LinuxProcesses processes = new LinuxProcesses();

    @Test
    void tellsStatusAndBothStreams() throws IOException, InterruptedException {
        var result = processes.run(List.of("sh", "-c", "echo out; echo err >&2; exit 3"), LONG);
        assertThat(result).isEqualTo(new ProcessRunner.Result(3, "out\nerr\n"));
    }

    @Test
    void inputIsAtItsEnd() throws IOException, InterruptedException {
        assertThat(processes.run(List.of("cat"), LONG)).isEqualTo(new ProcessRunner.Result(0, ""));
    }

    @Test
    void programThatDoesNotEndIsEnded() {
        var limit = Duration.ofMillis(200);
        assertThatThrownBy(() -> processes.run(List.of("sleep", "1000"), limit))
                .isInstanceOf(IOException.class)
                .hasMessage("'sleep 1000' has not ended within 0 s");
    }

    /** What it leaves behind has the output still open; nobody waits for that. */
    @Test
    void childrenThatStayDoNotMatter() throws IOException, InterruptedException {
        var start = System.nanoTime();
        assertThat(processes
                        .run(List.of("sh", "-c", "sleep 20 & echo done"), LONG)
                        .output())
                .isEqualTo("done\n");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void programThatIsNotThere() {
        assertThatThrownBy(() -> processes.run(List.of("bascule-no-such-program"), LONG))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bascule-no-such-program");
    }
}
