package io.bascule.updateengine.command;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code update-engine repair}. */
@Command(
        name = "repair",
        description = {
            "Makes the engine's state again, from what is on the disk, if it is missing or torn; each boot does the same.",
            "An unusable state is kept beside as state.json.unusable."
        })
final class RepairCommand extends Verb {
    @Option(
            names = "--discard-newer",
            description = "Also set aside a state that a newer engine wrote, and with it the list of bad releases.")
    private boolean discardNewer;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var repaired = engine().repair(discardNewer);
        return print(
                Documents.object().put("repaired", repaired),
                repaired ? "the state was made again" : "the state is fine");
    }
}
