package io.bascule.qemuharness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the guest prints on its serial console, read from the file that QEMU writes: nothing is lost when either side
 * dies. Safe for use by several threads.
 */
public final class Console {
    private static final Duration POLL = Duration.ofMillis(20);
    private static final int BUFFER_SIZE = 8192;

    private final Path log;
    private final long powerOnNanos;
    private final BooleanSupplier writerIsAlive;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final TerminalText terminal = new TerminalText();

    // Guarded by this. The last line may still grow.
    private final List<ConsoleLine> lines = new ArrayList<>();
    private final StringBuilder unfinished = new StringBuilder();
    private Duration unfinishedSince = Duration.ZERO;
    private boolean ended;
    private @Nullable IOException readFailure;

    private Console(Path log, long powerOnNanos, BooleanSupplier writerIsAlive) {
        this.log = log;
        this.powerOnNanos = powerOnNanos;
        this.writerIsAlive = writerIsAlive;
    }

    /**
     * Follows the log as it grows, until its writer has ended.
     *
     * @param log an existing file
     * @param powerOnNanos the {@link System#nanoTime} that the times of the lines count from
     */
    static Console follow(Path log, long powerOnNanos, BooleanSupplier writerIsAlive) throws IOException {
        var console = new Console(log, powerOnNanos, writerIsAlive);
        var channel = FileChannel.open(log, StandardOpenOption.READ);
        Thread.ofVirtual().name("console of " + log).start(() -> console.read(channel));
        return console;
    }

    /** {@return the place where the output ends now} */
    public synchronized ConsoleMark mark() {
        return new ConsoleMark(lines.size(), unfinished.length());
    }

    /** {@return all lines so far, the unfinished last one included} */
    public List<ConsoleLine> lines() {
        return linesFrom(0);
    }

    /** {@return the last lines, at most {@code count}} */
    public synchronized List<ConsoleLine> lastLines(int count) {
        var all = linesFrom(Math.max(0, lines.size() - count));
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    /** {@return the first line behind {@code from} in which the pattern is found, if the guest has printed it yet} */
    public synchronized Optional<ConsoleLine> find(Pattern pattern, ConsoleMark from) {
        var line = from.line();
        for (var candidate : linesFrom(from.line())) {
            // Of the line in which the mark was set, only what came later counts.
            var skipped = line++ == from.line()
                    ? Math.min(from.column(), candidate.text().length())
                    : 0;
            if (pattern.matcher(candidate.text().substring(skipped)).find()) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** {@return the file with all the output, escape sequences included} */
    public Path log() {
        return log;
    }

    /** How a wait ended. */
    sealed interface Outcome {
        record Found(ConsoleLine line) implements Outcome {}

        record TimedOut() implements Outcome {}

        record WriterEnded() implements Outcome {}
    }

    /** Waits until the pattern is found in a line behind {@code from}, finished or not: a prompt has no end. */
    synchronized Outcome await(Pattern pattern, ConsoleMark from, Duration limit)
            throws IOException, InterruptedException {
        var deadline = Deadline.in(limit);
        var next = from;
        while (true) {
            var found = find(pattern, next);
            if (found.isPresent()) {
                return new Outcome.Found(found.get());
            }
            if (next.line() < lines.size()) {
                next = new ConsoleMark(lines.size(), 0);
            }
            if (readFailure != null) {
                throw new IOException("the console's log cannot be read: " + log, readFailure);
            }
            if (ended) {
                return new Outcome.WriterEnded();
            }
            if (deadline.hasPassed()) {
                return new Outcome.TimedOut();
            }
            // At least 1 ms, since 0 would wait for ever.
            wait(Math.max(1, deadline.remaining().toMillis()));
        }
    }

    private synchronized List<ConsoleLine> linesFrom(int first) {
        var result = new ArrayList<>(lines.subList(Math.min(first, lines.size()), lines.size()));
        // A mark may stand behind the line that is not finished yet.
        if (first <= lines.size() && !unfinished.isEmpty()) {
            result.add(new ConsoleLine(unfinishedSince, unfinished.toString()));
        }
        return result;
    }

    private void read(FileChannel channel) {
        try (channel) {
            var buffer = ByteBuffer.allocate(BUFFER_SIZE);
            while (true) {
                // Asked before reading, so that nothing written before its end is missed.
                var last = !writerIsAlive.getAsBoolean();
                while (channel.read(buffer) > 0) {
                    accept(buffer);
                }
                if (last) {
                    break;
                }
                Thread.sleep(POLL);
            }
            end(null);
        } catch (IOException e) {
            end(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(null);
        }
    }

    private synchronized void accept(ByteBuffer bytes) {
        var characters = CharBuffer.allocate(bytes.capacity());
        bytes.flip();
        // Bytes of a character that is not complete yet stay in the buffer.
        decoder.decode(bytes, characters, false);
        bytes.compact();
        characters.flip();
        while (characters.hasRemaining()) {
            show(terminal.translate(characters.get()));
        }
        notifyAll();
    }

    private void show(char c) {
        if (c == TerminalText.NOTHING) {
            return;
        }
        if (c != '\n') {
            if (unfinished.isEmpty()) {
                unfinishedSince = Duration.ofNanos(System.nanoTime() - powerOnNanos);
            }
            unfinished.append(c);
        } else if (!unfinished.isEmpty()) {
            lines.add(new ConsoleLine(unfinishedSince, unfinished.toString()));
            unfinished.setLength(0);
        }
    }

    private synchronized void end(@Nullable IOException failure) {
        readFailure = failure;
        ended = true;
        notifyAll();
    }
}
