package io.bascule.updateengine;

import static io.bascule.updateengine.fixture.TestHost.DOWNGRADE;
import static io.bascule.updateengine.fixture.TestHost.OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.updateengine.fixture.Cut;
import io.bascule.updateengine.fixture.EngineProcess;
import io.bascule.updateengine.fixture.Hazard;
import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.fixture.TestRelease;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import io.bascule.updateengine.source.ReleaseSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power is cut before each single thing that a verb does to its host: each write and flush, each change of a name, and
 * before and after each save of the state. What was not flushed by then is lost, or in part, or all there. The host then
 * boots into a slot that is whole, and goes on as if nothing had been.
 */
class PowerCutTest {
    private static final TestRelease V1 = TestRelease.of("1.0.0");
    private static final TestRelease V2 = TestRelease.of("1.1.0");
    private static final TestRelease OLD = TestRelease.of("0.9.0");
    private static final TestRelease NEWER = TestRelease.of("2.0.0");

    private static final int SEED = 2026;
    private static final int KILLS = 20;

    /** How many lines an update says: checking, what it does to the slot, the rename, done. */
    private static final int LINES = 8;

    private static final int MOST_MILLISECONDS = 40;

    /** What runs for a second is not worth compiling well. */
    private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

    @TempDir
    private Path folder;

    /** What is done to a host. */
    @FunctionalInterface
    private interface Verb {
        void run(TestHost host, ReleaseSource source) throws IOException;
    }

    /** The release that a verb is about, and the verb. */
    private record Scenario(TestHost host, TestRelease target, Verb verb) {}

    @Test
    void updateToANewerRelease() throws IOException {
        cutEverywhere(new Scenario(fresh(), V2, (host, source) -> host.engine().update(source, OPTIONS)));
    }

    /** The other slot was in use: its entry, which could be booted, has to go before its first byte does. */
    @Test
    void updateOverAnotherRelease() throws IOException {
        var host = fresh();
        host.updateAndBoot(V2);
        var target = TestRelease.of("1.2.0");
        cutEverywhere(new Scenario(host, target, (h, source) -> h.engine().update(source, OPTIONS)));
    }

    /** An update waits for its reboot, and a newer one comes. */
    @Test
    void updateOverOneThatWaits() throws IOException {
        var host = fresh();
        host.update(V2);
        var target = TestRelease.of("1.2.0");
        cutEverywhere(new Scenario(host, target, (h, source) -> h.engine().update(source, OPTIONS)));
    }

    @Test
    void downgrade() throws IOException {
        cutEverywhere(new Scenario(fresh(), OLD, (host, source) -> host.engine().update(source, DOWNGRADE)));
    }

    @Test
    void rollback() throws IOException {
        var host = fresh();
        host.updateAndBoot(V2);
        cutEverywhere(new Scenario(host, V1, (h, source) -> h.engine().rollback(OPTIONS)));
    }

    @Test
    void forwardAgain() throws IOException {
        var host = fresh();
        host.updateAndBoot(V2);
        host.engine().rollback(OPTIONS);
        host.bootHealthy();
        cutEverywhere(new Scenario(host, V2, (h, source) -> h.engine().update(source, OPTIONS)));
    }

    /** The judge blesses, judges and saves; cut anywhere, the next boot's judge comes to the same. */
    @Test
    void judgement() throws IOException {
        var host = fresh();
        host.update(V2);
        host.boot();
        for (var number = 0; ; number++) {
            var copy = host.copyTo(folder.resolve("copy" + number));
            copy.hazard().cutPowerAt(number);
            try {
                copy.engine().judge();
                assertThat(number).isPositive();
                return;
            } catch (Hazard.PowerCut expected) {
                copy.comeBack(Cut.ALL_IS_THERE, number);
            }
            copy.bootHealthy();
            assertThat(copy.running()).isEqualTo("1.1.0");
            assertThat(copy.history()).filteredOn("updated 1.1.0"::equals).hasSize(1);
            assertThat(copy.entries()).contains(V2.entry(""));
        }
    }

    private TestHost fresh() throws IOException {
        return TestHost.install(folder.resolve("host"), V1);
    }

    private void cutEverywhere(Scenario scenario) throws IOException {
        var rehearsal = scenario.host().copyTo(folder.resolve("rehearsal"));
        run(scenario, rehearsal);
        var operations = rehearsal.hazard().operations().size();
        assertThat(rehearsal.next()).isEqualTo(scenario.target().version().text());
        for (var number = 0; number < operations; number++) {
            for (var cut : Cut.values()) {
                var name = cut + " before operation " + number + ", "
                        + rehearsal.hazard().operations().get(number);
                try {
                    if (!cutOnce(scenario, number, cut)) {
                        break;
                    }
                } catch (IOException | AssertionError e) {
                    throw new AssertionError(name, e);
                }
            }
        }
    }

    /** {@return whether there was anything that could be lost} */
    private boolean cutOnce(Scenario scenario, int number, Cut cut) throws IOException {
        var copy = folder.resolve("copy");
        var host = scenario.host().copyTo(copy);
        host.hazard().cutPowerAt(number);
        boolean unflushed;
        try {
            run(scenario, host);
            throw new AssertionError("it ended before the power was cut");
        } catch (Hazard.PowerCut expected) {
            unflushed = host.holdsUnflushed();
            host.comeBack(cut, number);
        }
        // Fails if it leads into a slot that is not whole, and if the slot that ran has changed.
        host.bootHealthy();
        goOn(scenario, host, number % 4 == 0);
        delete(copy);
        return unflushed;
    }

    private static void run(Scenario scenario, TestHost host) throws IOException {
        scenario.verb().run(host, host.offer(scenario.target()));
    }

    /** The same again, then perhaps a newer one: both work, whatever was left behind. */
    private static void goOn(Scenario scenario, TestHost host, boolean farther) throws IOException {
        var target = scenario.target().version().text();
        if (!host.running().equals(target)) {
            host.update(scenario.target(), DOWNGRADE);
            host.bootHealthy();
        }
        assertThat(host.running()).isEqualTo(target);
        assertThat(host.state().pending()).isEmpty();
        assertThat(host.state().knownBad()).isEmpty();
        if (farther) {
            host.updateAndBoot(NEWER);
        }
        assertThat(host.entries()).hasSize(2).noneMatch(name -> name.endsWith(".partial"));
    }

    /** A process that is killed leaves what it has written, at whatever moment: soon after any of the lines that it says. */
    @Test
    void killedProcess() throws IOException, InterruptedException {
        var host = fresh();
        var source = host.offer(V2);
        var random = new Random(SEED);
        var ends = new TreeSet<String>();
        for (var round = 0; round < KILLS; round++) {
            var copy = host.copyTo(folder.resolve("copy"));
            var process = EngineProcess.update(copy, Path.of(source.name()), false, QUICK_START);
            var output = process.inputReader();
            var heard = output.readLine();
            for (var left = random.nextInt(LINES); left > 0 && !"done".equals(heard); left--) {
                heard = output.readLine();
            }
            Thread.sleep(random.nextInt(MOST_MILLISECONDS));
            process.destroyForcibly();
            process.waitFor();
            ends.add(copy.next());
            copy.bootHealthy();
            goOn(new Scenario(copy, V2, (h, s) -> {}), copy, round % 4 == 0);
            delete(folder.resolve("copy"));
        }
        assertThat(ends).as("what was to boot after a kill").containsExactly("1.0.0", "1.1.0");
    }

    /** Another process has the lock; what it does is not disturbed. */
    @Test
    void twoUpdatesAtOnce() throws IOException, InterruptedException {
        var host = fresh();
        var source = host.offer(V2);
        var process = EngineProcess.update(host, Path.of(source.name()), true, QUICK_START);
        var reader = process.inputReader();
        for (var line = reader.readLine(); !line.startsWith("writing"); line = reader.readLine()) {
            assertThat(line).isNotNull();
        }
        var before = host.everything();
        var refusal = Refusal.of(Problem.BUSY, () -> host.update(NEWER));
        assertThat(refusal).hasMessage("another update-engine is at work on this host");
        assertThat(refusal.problem().exitCode()).isEqualTo(7);
        assertThat(refusal.hint()).contains("/run/bascule/progress.json");
        Refusal.of(Problem.BUSY, () -> host.engine().rollback(OPTIONS));
        Refusal.of(Problem.BUSY, () -> host.engine().judge());
        assertThat(host.everything()).isEqualTo(before);
        assertThat(host.engine().status().slots().get(1).content())
                .as("looking is allowed")
                .isEqualTo(Status.Content.PARTIAL);
        process.outputWriter().close();
        assertThat(process.waitFor()).isZero();
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
    }

    @Test
    void twoUpdatesInOneProcess() throws IOException {
        var host = fresh();
        var refusals = new ArrayList<EngineException>();
        host.log().atProgress(() -> {
            if (refusals.isEmpty()) {
                refusals.add(Refusal.of(Problem.BUSY, () -> host.update(NEWER)));
            }
        });
        host.update(V2);
        assertThat(refusals).hasSize(1);
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
        host.updateAndBoot(NEWER);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
