package io.bascule.testsupport;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** The seeded loop: mutations of the corpus, each from its own random numbers, so that each can be made again alone. */
final class FuzzRun {
    static final Path FAILURES = Path.of("target", "fuzz-failures");

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int MOST_DEFECTS = 20;
    private static final int SHORT = 600;
    private static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

    private final FuzzTarget target;
    private final FuzzCorpus corpus;
    private final long seed;
    private final Duration patience;
    private final Map<String, String> defects = new LinkedHashMap<>();

    private volatile Work current = new Work(0, new byte[0], 0);
    private long executions;
    private long accepted;

    /**
     * What is being done.
     *
     * @param since time of the thread when it began, in nanoseconds
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Work(long iteration, byte[] input, long since) {}

    FuzzRun(FuzzTarget target, FuzzCorpus corpus, long seed) {
        this(target, corpus, seed, FuzzTrial.CPU_LIMIT.multipliedBy(2));
    }

    /** @param patience how much of its own time the parser may take until it is given up, more than a trial allows */
    FuzzRun(FuzzTarget target, FuzzCorpus corpus, long seed, Duration patience) {
        this.patience = patience;
        this.target = target;
        this.corpus = corpus;
        this.seed = seed;
    }

    long executions() {
        return executions;
    }

    long accepted() {
        return accepted;
    }

    /**
     * Gives the parser mutations as long as {@code more} wants another. Returns the different defects, each with what is
     * needed to see it again.
     */
    Map<String, String> run(LongPredicate more) throws Exception {
        var worker = Thread.ofPlatform().daemon().name("fuzz " + target.name()).unstarted(() -> loop(more));
        var broken = new AtomicReference<@Nullable Throwable>();
        worker.setUncaughtExceptionHandler((thread, thrown) -> broken.set(thrown));
        worker.start();
        while (!worker.join(Duration.ofMillis(200))) {
            var work = current;
            var time = THREADS.getThreadCpuTime(worker.threadId()) - work.since();
            if (time > patience.toNanos() && work.iteration() == current.iteration()) {
                // It may never come back; what it does is the best hint there is.
                var stuck = new IllegalStateException(
                        "still busy after " + Duration.ofNanos(time).toSeconds() + " s");
                stuck.setStackTrace(worker.getStackTrace());
                note(new FuzzDefect("it does not end", work.input(), stuck), work.iteration());
                break;
            }
        }
        if (broken.get() != null) {
            throw new IllegalStateException("not the parser, but the fuzzing is broken", broken.get());
        }
        return defects;
    }

    private void loop(LongPredicate more) {
        var trial = new FuzzTrial(target);
        var mutator = new Mutator(corpus, target.dictionary());
        while (more.test(executions) && defects.size() < MOST_DEFECTS) {
            var input = mutator.next(new Random(seed ^ (executions + 1) * GOLDEN_RATIO));
            current = new Work(executions, input, THREADS.getCurrentThreadCpuTime());
            try {
                if (trial.run(input) == FuzzTrial.Outcome.ACCEPTED) {
                    accepted++;
                }
            } catch (FuzzDefect defect) {
                note(defect, executions);
            }
            executions++;
        }
    }

    private void note(FuzzDefect defect, long iteration) {
        synchronized (defects) {
            defects.computeIfAbsent(
                    defect.place(), place -> describe(target, defect, "seed " + seed + ", iteration " + iteration));
        }
    }

    /** Saves the input of a defect. {@return what happened, with the file, and the input itself if it is short} */
    static String describe(FuzzTarget target, FuzzDefect defect, String origin) {
        var input = defect.input();
        var text = new StringBuilder(target.name() + ": " + defect.getMessage() + " (" + origin + ", " + input.length
                + " bytes, in " + save(target, input) + ")");
        if (input.length <= SHORT) {
            text.append("\n  base64: ").append(Base64.getEncoder().encodeToString(input));
        }
        var cause = defect.getCause();
        if (cause != null) {
            text.append("\n  ").append(cause);
            var frames = cause.getStackTrace();
            for (var i = 0; i < Math.min(12, frames.length); i++) {
                text.append("\n    at ").append(frames[i]);
            }
        }
        return text.toString();
    }

    private static String save(FuzzTarget target, byte[] input) {
        try {
            var folder = Files.createDirectories(FAILURES.resolve(target.name()));
            var digest = Integer.toHexString(Arrays.hashCode(input));
            return Files.write(folder.resolve("input-" + digest), input).toString();
        } catch (IOException e) {
            return "no file: " + e.getMessage();
        }
    }
}
