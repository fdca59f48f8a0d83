package io.bascule.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The tests of a {@link FuzzTarget}, which a test class of the parser's package extends: its corpus and some thousand
 * seeded mutations in every build, and in {@code -Plong} an exploration of {@code -Dfuzz.seconds} (20 without it).
 */
public abstract class FuzzTests implements FuzzTarget {
    private static final long SEED = 4;
    private static final int FEW = 10;

    @Test
    public void takesItsSeedsAndSurvivesItsCorpus() throws Exception {
        var corpus = FuzzCorpus.of(this);
        var trial = new FuzzTrial(this);
        assertThat(corpus.seeds()).isNotEmpty();
        for (var seed : corpus.seeds().values()) {
            // A refusal says why.
            read(mend(seed.clone()));
            trial.run(seed, true);
        }
        for (var file : corpus.files().entrySet()) {
            try {
                trial.run(file.getValue(), true);
                trial.run(file.getValue(), false);
            } catch (FuzzDefect defect) {
                throw new AssertionError(FuzzRun.describe(this, defect, "corpus, " + file.getKey()), defect);
            }
        }
    }

    @Test
    public void survivesSeededMutations() throws Exception {
        var corpus = FuzzCorpus.of(this);
        var run = new FuzzRun(this, corpus, SEED);
        var start = System.nanoTime();
        var defects = run.run(executions -> executions < mutations());
        report("mutations", run.executions(), start, corpus, 0, defects).write(name() + "-mutations");
        fail(defects);
        // Else the mutations stop at the door, or change nothing.
        assertThat(run.accepted()).as("mutations that were taken").isBetween((long) FEW, mutations() - (long) FEW);
    }

    @Tag("long")
    @Test
    public void survivesExploration() throws Exception {
        var budget = Duration.ofSeconds(Integer.getInteger("fuzz.seconds", 20));
        var corpus = FuzzCorpus.of(this);
        var start = System.nanoTime();
        Map<String, String> defects;
        if (JazzerRun.available()) {
            var run = new JazzerRun(this, corpus);
            var executions = run.run(budget);
            defects = run.defects();
            report("jazzer", executions, start, corpus, run.found(), defects).write(name());
        } else {
            var run = new FuzzRun(this, corpus, System.nanoTime());
            defects = run.run(executions -> System.nanoTime() - start < budget.toNanos());
            report("mutations", run.executions(), start, corpus, 0, defects).write(name());
        }
        fail(defects);
    }

    private FuzzReport report(
            String engine, long executions, long start, FuzzCorpus corpus, int found, Map<String, String> defects)
            throws IOException {
        var seconds = (System.nanoTime() - start) / 1e9;
        return new FuzzReport(name(), engine, executions, seconds, corpus.size(), found, defects.size());
    }

    private static void fail(Map<String, String> defects) {
        if (!defects.isEmpty()) {
            throw new AssertionError(String.join("\n\n", defects.values()));
        }
    }
}
