package io.bascule.updateengine.command;

import io.bascule.updateengine.state.StateDocument;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code update-engine history}. */
@Command(name = "history", description = "Shows what happened to this host's releases, the oldest first.")
final class HistoryCommand extends Verb {
    @Override
    public Integer call() throws IOException, InterruptedException {
        var history = engine().state().history();
        var text = history.stream()
                .map(entry -> String.format(
                        Locale.ROOT,
                        "%s  %-18s %-12s %s",
                        entry.time(),
                        StateDocument.code(entry.event()),
                        entry.version().text(),
                        entry.detail()))
                .collect(Collectors.joining("\n"));
        return print(Documents.history(history), text.isEmpty() ? "nothing has happened yet" : text);
    }
}
