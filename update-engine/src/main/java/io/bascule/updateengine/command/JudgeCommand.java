package io.bascule.updateengine.command;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code update-engine judge}. */
@Command(
        name = "judge",
        description = {
            "Finds out what became of an update or a rollback. Run by each boot once it has passed its health checks;",
            "to say by hand that a release is good, use mark-good."
        })
final class JudgeCommand extends Verb {
    @Override
    public Integer call() throws IOException, InterruptedException {
        var history = engine().judge().history();
        return print(
                Documents.history(history),
                history.isEmpty()
                        ? "nothing to judge"
                        : "last: " + history.getLast().version().text() + ", "
                                + history.getLast().detail());
    }
}
