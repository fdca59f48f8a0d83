package io.bascule.updateengine.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.fixture.TestKeys;
import io.bascule.updateengine.fixture.TestRelease;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as scripts and people see it: exit codes, JSON on standard output, words on standard error. */
class UpdateEngineCommandTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final TestRelease V1 = TestRelease.of("1.0.0");
    private static final TestRelease V2 = TestRelease.of("1.1.0");

    private TestHost host;

    /** What a call left behind. */
    private record Outcome(int code, String out, String err) {
        JsonNode json() throws JsonProcessingException {
            return JSON.readTree(out);
        }
    }

    @BeforeEach
    void install(@TempDir Path folder) throws IOException {
        host = TestHost.install(folder, V1);
    }

    private Outcome run(String... arguments) {
        return run(host::engine, arguments);
    }

    private static Outcome run(EngineFactory factory, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var oldOut = System.out;
        var oldErr = System.err;
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
        int code;
        try {
            code = UpdateEngineCommand.run(factory, arguments);
        } finally {
            System.setOut(oldOut);
            System.setErr(oldErr);
        }
        var outcome = new Outcome(code, out.toString(UTF_8), err.toString(UTF_8));
        assertThat(outcome.out() + outcome.err()).as("no stack trace").doesNotContain("\tat ", "Caused by");
        return outcome;
    }

    private Outcome done(String... arguments) {
        var outcome = run(arguments);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        return outcome;
    }

    private String offer(TestRelease release) {
        return host.offer(release).name();
    }

    @Test
    void statusOfAHost() throws IOException {
        assertThat(done("status").out())
                .contains("test-board 1.0.0 runs in slot A", "slot A  release  1.0.0", "<- next boot", "no boot entry");
        var json = done("status", "--json").json();
        assertThat(json.path("board").asText()).isEqualTo("test-board");
        assertThat(json.path("runningSlot").asText()).isEqualTo("A");
        assertThat(json.path("nextBootSlot").asText()).isEqualTo("A");
        assertThat(json.at("/slots/A/bootEntry").asText()).isEqualTo(V1.entry(""));
        assertThat(json.at("/slots/B/content").asText()).isEqualTo("empty");
        assertThat(json.at("/slots/B/version").isNull()).isTrue();
        assertThat(json.has("pending")).isFalse();

        host.update(V2);
        assertThat(done("status").out()).contains("update to 1.1.0 in slot B is armed since");
        var armed = done("status", "--json").json();
        assertThat(armed.at("/pending/step").asText()).isEqualTo("armed");
        assertThat(armed.path("nextBootSlot").asText()).isEqualTo("B");

        host.bootBroken(3);
        host.bootHealthy();
        assertThat(done("status").out()).contains("known bad: 1.1.0, none of 3 boots was complete");
        Files.writeString(host.stateFile(), "torn");
        assertThat(done("status").out()).contains("TROUBLE: the engine's state");
        assertThat(done("status", "--json").json().path("stateProblem").asText())
                .contains("is torn");
    }

    @Test
    void updateThenReboot() throws IOException {
        var json = done("update", "--from", offer(V2), "--json", "--reboot").json();
        assertThat(json.path("version").asText()).isEqualTo("1.1.0");
        assertThat(json.path("slot").asText()).isEqualTo("B");
        assertThat(json.path("alreadyInSlot").asBoolean()).isFalse();
        assertThat(json.path("payloadBytes").asLong()).isEqualTo(V2.payload().length);
        assertThat(json.path("expires").asText()).isEqualTo(TestRelease.EXPIRES);
        assertThat(json.path("rebooting").asBoolean()).isTrue();
        assertThat(host.commands()).containsExactly(List.of("systemctl", "reboot"));
        host.boot();
        assertThat(done("judge").out()).contains("last: 1.1.0, from 1.0.0");
        assertThat(done("rollback").out()).contains("the next boot starts release 1.0.0");
        assertThat(done("history").out()).contains("installed", "updated", "rollback-requested");
        var history = done("history", "--json").json();
        assertThat(history.isArray()).isTrue();
        assertThat(history.get(0).path("event").asText()).isEqualTo("installed");
    }

    @Test
    void triesAreGivenToTheEntry() throws IOException {
        done("update", "--from", offer(V2), "--tries", "5");
        assertThat(host.entries()).contains(V2.entry("+5-0"));
    }

    @Test
    void dryRunAndCheckChangeNothing() throws IOException {
        var before = host.everything();
        assertThat(done("update", "--from", offer(V2), "--dry-run").out())
                .contains("would take release 1.1.0 in slot B");
        assertThat(done("update", "--from", offer(V2), "--dry-run", "--json")
                        .json()
                        .path("dryRun")
                        .asBoolean())
                .isTrue();
        assertThat(done("check", "--from", offer(V2)).out()).contains("release 1.1.0 is available for slot B, payload");
        var json = done("check", "--from", offer(V2), "--json").json();
        assertThat(json.path("available").asBoolean()).isTrue();
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void checkOfWhatIsThereAlreadyIsNoFailure() throws IOException {
        var json = done("check", "--from", offer(V1), "--json").json();
        assertThat(json.path("available").asBoolean()).isFalse();
        assertThat(json.path("code").asText()).isEqualTo("already-running");
        host.update(V2);
        assertThat(done("check", "--from", offer(V2)).out()).contains("waits for its reboot");
        assertThat(run("update", "--from", offer(V2)).code())
                .as("an update that is not done")
                .isEqualTo(3);
    }

    @Test
    void marksAndTheListOfBadReleases() throws IOException {
        done("update", "--from", offer(V2));
        assertThat(done("mark-bad", "1.1.0", "--reason", "it leaks").out())
                .contains("the next boot starts release 1.0.0");
        assertThat(done("known-bad").out())
                .contains("1.1.0", V2.identity().toString().substring(0, 16), "it leaks");
        var list = done("known-bad", "--json").json();
        assertThat(list.get(0).path("identity").asText())
                .isEqualTo(V2.identity().toString());
        assertThat(done("known-bad", "forget", "1.1.0", "--json").json()).hasSize(1);
        assertThat(done("known-bad").out()).isEqualTo("none\n");
        assertThat(run("known-bad", "forget", "1.1.0").code()).isEqualTo(3);
        assertThat(done("mark-good", "--json").json().path("version").asText()).isEqualTo("1.0.0");
    }

    @Test
    void repair() throws IOException {
        assertThat(done("repair").out()).contains("the state is fine");
        Files.writeString(host.stateFile(), "{\"format\":9}");
        var refused = run("repair");
        assertThat(refused.code()).isEqualTo(4);
        assertThat(refused.err()).contains("a newer engine wrote it", "--discard-newer");
        assertThat(done("repair", "--discard-newer", "--json")
                        .json()
                        .path("repaired")
                        .asBoolean())
                .isTrue();
    }

    /** Category by category, as docs/update-engine.md promises. */
    @Test
    void exitCodesOfFailures() throws IOException {
        var foreign = TestRelease.builder("1.1.0")
                .signers(TestKeys.signer(TestKeys.FOREIGN))
                .build();
        assertFails(6, "untrusted", "update", "--from", offer(foreign));
        assertFails(3, "downgrade", "update", "--from", offer(TestRelease.of("0.9.0")));
        assertFails(3, "already-running", "update", "--from", offer(V1));
        assertFails(3, "nothing-to-roll-back-to", "rollback");
        assertFails(3, "unknown-release", "mark-bad", "7.7.7");
        assertFails(
                5,
                "network",
                "update",
                "--from",
                host.folder().resolve("nowhere").toString());
        assertFails(5, "network", "check", "--from", "ftp://host/");
        host.setCommandStatus(1);
        assertFails(4, "tool-failed", "reboot");
        Files.delete(host.stateFile());
        assertFails(4, "state-missing", "history");
    }

    private void assertFails(int code, String problem, String... arguments) throws IOException {
        var plain = run(arguments);
        assertThat(plain.code()).isEqualTo(code);
        assertThat(plain.out()).isEmpty();
        assertThat(plain.err()).startsWith("update-engine: ").contains("\n  what to do: ");
        var withJson = new String[arguments.length + 1];
        System.arraycopy(arguments, 0, withJson, 0, arguments.length);
        withJson[arguments.length] = "--json";
        var outcome = run(withJson);
        assertThat(outcome.code()).isEqualTo(code);
        assertThat(outcome.err()).isEqualTo(plain.err());
        var error = outcome.json().path("error");
        assertThat(error.path("code").asText()).isEqualTo(problem);
        assertThat(error.path("message").asText()).isNotEmpty();
        assertThat(error.path("hint").asText()).isNotEmpty();
    }

    @Test
    void failuresOfTheDiskAreTold() throws IOException {
        EngineFactory missing = () -> {
            throw new NoSuchFileException("/sys/somewhere");
        };
        var outcome = run(missing, "status", "--json");
        assertThat(outcome.code()).isEqualTo(5);
        assertThat(outcome.err()).contains("/sys/somewhere").doesNotContain("Exception");
        assertThat(outcome.json().at("/error/code").asText()).isEqualTo("io");
        EngineFactory denied = () -> {
            throw new AccessDeniedException("/efi");
        };
        assertThat(run(denied, "status").err()).contains("/efi may not be read or written", "it needs root");
        EngineFactory broken = () -> {
            throw new IOException("Input/output error");
        };
        assertThat(run(broken, "status").code()).isEqualTo(5);
        EngineFactory interrupted = () -> {
            throw new InterruptedException();
        };
        assertThat(run(interrupted, "status").code()).isEqualTo(5);
    }

    @Test
    void defectIsCalledOneAndIsNoSuccess() {
        EngineFactory defect = () -> {
            throw new IllegalStateException("oops");
        };
        var outcome = run(defect, "status", "--json");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("a defect of the engine", "oops", "BASCULE_DEBUG=1");
    }

    @Test
    void busyEngine() throws IOException {
        var codes = new ArrayList<Integer>();
        host.log().atProgress(() -> {
            if (codes.isEmpty()) {
                codes.add(run("rollback").code());
            }
        });
        assertThat(done("update", "--from", offer(V2)).code()).isZero();
        assertThat(codes).containsExactly(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "status",
                "check",
                "update",
                "reboot",
                "rollback",
                "mark-good",
                "mark-bad",
                "history",
                "known-bad",
                "known-bad forget",
                "repair",
                "judge"
            })
    void everyVerbHasHelp(String verb) {
        var outcome = run((verb + " --help").strip().split(" "));
        assertThat(outcome.code()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("Usage: update-engine" + (verb.isEmpty() ? "" : " " + verb));
        if (!verb.isEmpty()) {
            assertThat(outcome.out()).contains("--json");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "fetch",
        "status --nothing",
        "update",
        "update --from",
        "update --from x --tries 0",
        "update --from x --tries 10",
        "update --from x --tries many",
        "rollback extra",
        "mark-bad ../x",
        "known-bad forget"
    })
    void wrongCommandLines(String line) throws IOException {
        var before = host.everything();
        var outcome = run(line.isEmpty() ? new String[0] : line.split(" "));
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains("update-engine");
        assertThat(host.everything()).isEqualTo(before);
    }

    /** Scripts rely on codes and exit codes: the page that promises them has each. */
    @Test
    void pageAboutTheCommandHasEveryCode() throws IOException {
        var page = Files.readString(Path.of("..", "docs", "update-engine.md"));
        for (var problem : Problem.values()) {
            var row = page.lines()
                    .filter(line -> line.startsWith("| " + problem.exitCode() + " |"))
                    .findFirst()
                    .orElseThrow();
            assertThat(row).contains("`" + problem.code() + "`");
        }
    }

    @Test
    void versionIsTold() {
        assertThat(done("--version").out()).startsWith("update-engine ");
    }

    /** On a workstation there is no host to work on. */
    @Test
    void machineThatIsNoHost() throws IOException {
        var outcome = run(new LinuxEngine(), "status", "--json");
        assertThat(outcome.code()).isEqualTo(4);
        assertThat(outcome.err())
                .contains("this is no host with a Bascule image: there is no /usr/share/bascule/board.json");
        assertThat(outcome.json().at("/error/code").asText()).isEqualTo(Problem.NOT_A_HOST.code());
        assertThat(new EngineException(Problem.BUSY, "m", "").hint()).isEmpty();
    }
}
