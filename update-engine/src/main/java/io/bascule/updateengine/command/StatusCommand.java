package io.bascule.updateengine.command;

import io.bascule.signing.release.Version;
import io.bascule.updateengine.Status;
import io.bascule.updateengine.boot.BootEntry;
import io.bascule.updateengine.state.StateDocument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Locale;
import picocli.CommandLine.Command;

/** {@code update-engine status}. */
@Command(
        name = "status",
        description = "Shows what runs, what is in the two slots, and what the next boot starts.",
        footer = {"", "Changes nothing. How far a running update is stands in /run/bascule/progress.json."})
final class StatusCommand extends Verb {
    @Override
    public Integer call() throws IOException, InterruptedException {
        var status = engine().status();
        return print(Documents.status(status), text(status));
    }

    private static String text(Status status) {
        var lines = new ArrayList<String>();
        lines.add(status.board() + " " + status.version().text() + " runs in slot " + status.running());
        for (var slot : status.slots()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  slot %s  %-8s %-12s %s%s",
                    slot.slot(),
                    StateDocument.code(slot.content()),
                    slot.version().map(Version::text).orElse("-"),
                    slot.entry().map(BootEntry::fileName).orElse("no boot entry"),
                    status.nextBoot().filter(slot.slot()::equals).isPresent() ? "  <- next boot" : ""));
        }
        status.state()
                .pending()
                .ifPresent(pending -> lines.add(String.format(
                        Locale.ROOT,
                        "  %s to %s in slot %s is %s since %s",
                        StateDocument.code(pending.action()),
                        pending.version().text(),
                        pending.slot(),
                        StateDocument.code(pending.step()),
                        pending.since())));
        for (var bad : status.state().knownBad()) {
            lines.add("  known bad: " + bad.version().text() + ", " + bad.reason());
        }
        status.stateProblem().ifPresent(problem -> lines.add("  TROUBLE: " + problem));
        return String.join("\n", lines);
    }
}
