package io.bascule.updateengine.command;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code update-engine mark-good}. */
@Command(
        name = "mark-good",
        description = "Says that the running release is good, whatever its health checks say: it keeps booting.")
final class MarkGoodCommand extends Verb {
    @Override
    public Integer call() throws IOException, InterruptedException {
        var version = engine().markGood().text();
        return print(Documents.object().put("version", version), "release " + version + " is good");
    }
}
