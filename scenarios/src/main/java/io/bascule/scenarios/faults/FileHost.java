package io.bascule.scenarios.faults;

import static io.bascule.scenarios.script.Stage.expect;

import io.bascule.scenarios.script.Stage;
import io.bascule.scenarios.script.Step;
import io.bascule.updateengine.fixture.EngineProcess;
import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.fixture.TestRelease;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A host on files whose engine is a process of its own. */
public final class FileHost {
    private static final TestRelease FIRST = TestRelease.of("1.0.0");
    private static final TestRelease BEFORE = TestRelease.of("1.1.0");
    private static final TestRelease TARGET = TestRelease.of("1.2.0");
    private static final TestRelease NEXT = TestRelease.of("1.3.0");

    /** What runs for a second is not worth compiling well. */
    private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

    private final Stage stage;
    private final TestHost host;

    private FileHost(Stage stage, TestHost host) {
        this.stage = stage;
        this.host = host;
    }

    /** {@return a host that runs 1.1.0 in slot B, with 1.0.0 in slot A} */
    public static FileHost install(Stage stage) throws Exception {
        var made = new ArrayList<FileHost>();
        stage.step(Step.Kind.PREPARE, "a host is installed with 1.0.0 and updated to 1.1.0", () -> {
            var host = TestHost.install(stage.scratch().resolve("host"), FIRST);
            host.updateAndBoot(BEFORE);
            made.add(new FileHost(stage, host));
            return "";
        });
        return made.getFirst();
    }

    private static String line(String beginning, List<String> heard) throws IOException {
        if (heard.isEmpty() || !heard.getLast().startsWith(beginning)) {
            throw new IOException("the engine never said '" + beginning + "', only " + heard);
        }
        return heard.getLast();
    }

    private Path offer() {
        return Path.of(host.offer(TARGET).name());
    }

    /** The engine updates to 1.2.0, and is killed with SIGKILL when it has said {@code line}. */
    public void isKilledAt(String line) throws Exception {
        stage.step(Step.Kind.FAULT, "the engine updates to 1.2.0 and is killed at '" + line + "'", () -> {
            var engine =
                    EngineProcess.update(host, offer(), false, QUICK_START, "-D" + EngineProcess.WAITS_AT + "=" + line);
            try {
                var heard = new ArrayList<String>();
                var output = engine.inputReader(StandardCharsets.UTF_8);
                for (var said = output.readLine(); said != null; said = output.readLine()) {
                    heard.add(said);
                    if (said.startsWith(line)) {
                        break;
                    }
                }
                line(line, heard);
                return heard.size() + " lines were said";
            } finally {
                engine.destroyForcibly().waitFor();
            }
        });
    }

    /**
     * The engine updates to 1.2.0 in a process of its own.
     *
     * @param text what is done to it meanwhile
     * @param flags for its Java machine
     */
    public void updatesWhile(String text, String... flags) throws Exception {
        stage.step(Step.Kind.FAULT, "the engine updates to 1.2.0, and " + text, () -> {
            var engine = EngineProcess.update(host, offer(), false, flags);
            try {
                var said = new String(engine.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                expect(engine.waitFor() == 0, "the update failed: " + said);
                expect(said.endsWith("done\n"), "the update never ended: " + said);
            } finally {
                engine.destroyForcibly().waitFor();
            }
            return "";
        });
    }

    /** Reboots. What ran must not have changed, and what comes up must be whole to the last byte, and one of these. */
    public void comesUpWith(String... versions) throws Exception {
        stage.step(Step.Kind.BOOT, "it reboots, and comes up whole with " + String.join(" or ", versions), () -> {
            host.bootHealthy();
            expect(List.of(versions).contains(host.running()), "it came up with " + host.running());
            return host.running() + ", history: " + host.history();
        });
    }

    /** Takes 1.2.0, unless it runs, and after it 1.3.0; nothing is left of what was interrupted. */
    public void nextUpdatesWork() throws Exception {
        stage.step(Step.Kind.CHECK, "the next updates work, and nothing is left behind", () -> {
            if (!host.running().equals("1.2.0")) {
                host.updateAndBoot(TARGET);
            }
            host.updateAndBoot(NEXT);
            expect(
                    host.entries().equals(List.of("test-board_1.2.0.efi", "test-board_1.3.0.efi")),
                    "on the ESP: " + host.entries());
            expect(
                    host.state().pending().isEmpty(),
                    "a switch waits: " + host.state().pending());
            expect(
                    host.state().knownBad().isEmpty(),
                    "known bad: " + host.state().knownBad());
            return "";
        });
    }
}
