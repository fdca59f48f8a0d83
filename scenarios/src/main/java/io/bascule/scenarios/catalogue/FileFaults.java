package io.bascule.scenarios.catalogue;

import static io.bascule.scenarios.script.Scenario.inNamespace;
import static io.bascule.scenarios.script.Scenario.onFiles;

import io.bascule.scenarios.faults.FileHost;
import io.bascule.scenarios.faults.Namespaces;
import io.bascule.scenarios.script.Scenario;
import io.bascule.updateengine.fixture.EngineProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What can go wrong around an engine without a machine: its own death, the clock, memory, room, the network. */
final class FileFaults {
    /** Each line that an update says, from the first to the last, and what may come up after a kill there. */
    private enum Phase {
        CHECKING("checking", false),
        READING_METADATA("reading the payload's metadata", false),
        CLEARING("clearing slot", false),
        ENTRY_DELETED("boot entry test-board_1.0.0.efi deleted", false),
        WRITING("writing slot", false),
        READING_BACK("reading slot", false),
        MARKED("slot A holds", false),
        ARMED("boot entry test-board_1.2.0.partial", true),
        DONE("done", true);

        private final String line;
        private final boolean committed;

        Phase(String line, boolean committed) {
            this.line = line;
            this.committed = committed;
        }

        private Scenario scenario() {
            var name = name().toLowerCase(Locale.ROOT).replace('_', '-');
            return onFiles(
                    "engine-killed-on-files@" + name,
                    "The engine is killed when it says '" + line + "': " + (committed ? "the new" : "the old")
                            + " release comes up, and the next updates work",
                    stage -> {
                        var host = FileHost.install(stage);
                        host.isKilledAt(line);
                        host.comesUpWith(committed ? "1.2.0" : "1.1.0");
                        host.nextUpdatesWork();
                    });
        }
    }

    static final List<Scenario> ALL = all();

    private FileFaults() {}

    private static List<Scenario> all() {
        var all = new ArrayList<Scenario>();
        for (var phase : Phase.values()) {
            all.add(phase.scenario());
        }
        all.add(clock("beyond-expiry", "2031-05-01T12:00:00Z"));
        all.add(clock("to-1970", "1970-01-02T00:00:00Z"));
        all.add(onFiles(
                "memory-limit-on-files",
                "The engine has its 64 MiB of heap, and 40 MiB of everything else of Java's: it updates",
                stage -> {
                    var host = FileHost.install(stage);
                    host.updatesWhile(
                            "has 64 MiB of heap, 24 of metaspace, 8 of code and 8 of buffers",
                            "-Xmx64m",
                            "-XX:MaxMetaspaceSize=24m",
                            "-XX:ReservedCodeCacheSize=8m",
                            "-XX:MaxDirectMemorySize=8m");
                    host.comesUpWith("1.2.0");
                    host.nextUpdatesWork();
                }));
        for (var kind : Namespaces.Case.values()) {
            all.add(inNamespace(kind.title(), kind.summary(), stage -> Namespaces.play(stage, kind)));
        }
        return List.copyOf(all);
    }

    private static Scenario clock(String name, String time) {
        return onFiles(
                "clock-jumps-on-files@" + name,
                "The clock jumps to " + time.substring(0, 4)
                        + " while the slot is written: the moment of the check counts",
                stage -> {
                    var host = FileHost.install(stage);
                    host.updatesWhile(
                            "the clock jumps to " + time,
                            "-D" + EngineProcess.CLOCK_AT + "=writing",
                            "-D" + EngineProcess.CLOCK + "=" + time);
                    host.comesUpWith("1.2.0");
                    host.nextUpdatesWork();
                });
    }
}
