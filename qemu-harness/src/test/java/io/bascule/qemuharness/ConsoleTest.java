package io.bascule.qemuharness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {
    /** For what is going to happen. */
    private static final Duration LONG = Duration.ofSeconds(20);

    /** For what must not happen. */
    private static final Duration SHORT = Duration.ofMillis(100);

    @TempDir
    private Path directory;

    @Test
    void findsLineThatIsWrittenLater() throws Exception {
        try (var guest = new Guest(directory)) {
            var later = CompletableFuture.supplyAsync(() -> guest.await("boot-ok", ConsoleMark.POWER_ON, LONG));
            guest.print("first\r\nthe boot-ok mark\r\nlast\r\n");

            assertThat(later.get()).isEqualTo("the boot-ok mark");
        }
    }

    @Test
    void findsPromptWithoutLineEnd() throws Exception {
        try (var guest = new Guest(directory)) {
            guest.print("web login: ");

            assertThat(guest.await("login: $", ConsoleMark.POWER_ON, LONG)).isEqualTo("web login: ");
        }
    }

    @Test
    void findsLineThatComesInPieces() throws Exception {
        try (var guest = new Guest(directory)) {
            guest.print("earlier\r\nboo");
            assertThat(guest.await("boo$", ConsoleMark.POWER_ON, LONG)).isEqualTo("boo");
            var later = CompletableFuture.supplyAsync(() -> guest.await("boot-ok", ConsoleMark.POWER_ON, LONG));
            guest.print("t-ok\r\n");

            assertThat(later.get()).isEqualTo("boot-ok");
        }
    }

    @Test
    void doesNotFindBehindAMarkWhatCameBefore() throws Exception {
        try (var guest = new Guest(directory)) {
            guest.print("boot-ok 1\r\nhalf a line: boot-ok 2");
            guest.await("boot-ok 2", ConsoleMark.POWER_ON, LONG);
            var mark = guest.console.mark();

            assertThat(guest.await("boot-ok", mark, SHORT)).isEqualTo("timed out");

            guest.print(" and on\r\nboot-ok 3\r\n");
            assertThat(guest.await("boot-ok", mark, LONG)).isEqualTo("boot-ok 3");
        }
    }

    /** As who counts the starts of a kernel does, whose line may still be on its way. */
    @Test
    void aMarkBehindALineThatIsNotFinishedIsBehindIt() throws Exception {
        try (var guest = new Guest(directory)) {
            guest.print("first\r\nboot-ok");
            guest.await("boot-ok", ConsoleMark.POWER_ON, LONG);
            var behind = new ConsoleMark(guest.console.lines().size(), 0);

            assertThat(guest.await("boot-ok", behind, SHORT)).isEqualTo("timed out");

            guest.print(" of the first\r\nboot-ok again\r\n");
            assertThat(guest.await("boot-ok", behind, LONG)).isEqualTo("boot-ok again");
        }
    }

    @Test
    void findsTheRestOfALineBehindAMark() throws Exception {
        try (var guest = new Guest(directory)) {
            guest.print("a shell> ");
            guest.await("> $", ConsoleMark.POWER_ON, LONG);
            var mark = guest.console.mark();
            guest.print("answer\r\n");

            assertThat(guest.await("^answer$", mark, LONG)).isEqualTo("a shell> answer");
        }
    }

    @Test
    void endsAWaitWhenTheWriterEnds() throws Exception {
        try (var guest = new Guest(directory)) {
            var later = CompletableFuture.supplyAsync(() -> guest.await("boot-ok", ConsoleMark.POWER_ON, LONG));
            guest.writing.set(false);

            assertThat(later.get()).isEqualTo("writer ended");
        }
    }

    @Test
    void readsToTheEndWhenTheWriterHasEnded() throws Exception {
        try (var guest = new Guest(directory)) {
            guest.print("x".repeat(100_000) + "\r\nthe last words");
            guest.writing.set(false);

            assertThat(guest.await("last words", ConsoleMark.POWER_ON, LONG)).isEqualTo("the last words");
        }
    }

    @Test
    void decodesUtf8AcrossWritesAndReplacesWhatIsNone() throws Exception {
        try (var guest = new Guest(directory)) {
            guest.print(new byte[] {'a', (byte) 0xc3});
            guest.await("a", ConsoleMark.POWER_ON, LONG);
            guest.print(new byte[] {(byte) 0xa4, (byte) 0xff, 'b', '\n'});

            assertThat(guest.await("b$", ConsoleMark.POWER_ON, LONG)).isEqualTo("a\u00e4\ufffdb");
        }
    }

    @Test
    void tellsTheLastLinesWithTimesThatDoNotFall() throws Exception {
        try (var guest = new Guest(directory)) {
            guest.print("one\r\n\r\ntwo\r\nthree\r\nfour");
            guest.await("four", ConsoleMark.POWER_ON, LONG);

            assertThat(guest.console.lastLines(3))
                    .extracting(ConsoleLine::text)
                    .containsExactly("two", "three", "four");
            assertThat(guest.console.lines())
                    .extracting(ConsoleLine::text)
                    .containsExactly("one", "two", "three", "four");
            assertThat(guest.console.lines())
                    .extracting(ConsoleLine::sincePowerOn)
                    .isSorted()
                    .allMatch(time -> time.compareTo(LONG) < 0);
        }
    }

    @Test
    void showsTimeBeforeText() {
        assertThat(new ConsoleLine(Duration.ofMillis(3812), "BdsDxe: starting"))
                .hasToString("[  3.812] BdsDxe: starting");
    }

    /** Stands for QEMU, writing its console's log. */
    private static final class Guest implements AutoCloseable {
        final AtomicBoolean writing = new AtomicBoolean(true);
        final Path log;
        final Console console;

        Guest(Path directory) throws Exception {
            log = Files.createFile(directory.resolve("serial.log"));
            console = Console.follow(log, System.nanoTime(), writing::get);
        }

        void print(String text) throws Exception {
            print(text.getBytes(StandardCharsets.UTF_8));
        }

        void print(byte[] bytes) throws Exception {
            Files.write(log, bytes, StandardOpenOption.APPEND);
        }

        /** {@return the text of the line found, or how else the wait ended} */
        String await(String pattern, ConsoleMark from, Duration limit) {
            try {
                return switch (console.await(Pattern.compile(pattern), from, limit)) {
                    case Console.Outcome.Found found -> found.line().text();
                    case Console.Outcome.TimedOut timedOut -> "timed out";
                    case Console.Outcome.WriterEnded ended -> "writer ended";
                };
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            writing.set(false);
            await("(?!)", ConsoleMark.POWER_ON, LONG);
        }
    }
}
