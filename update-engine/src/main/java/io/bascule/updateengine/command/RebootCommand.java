package io.bascule.updateengine.command;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code update-engine reboot}. */
@Command(
        name = "reboot",
        description = "Restarts the host, into the slot that `update-engine status` shows as the next.")
final class RebootCommand extends Verb {
    @Override
    public Integer call() throws IOException, InterruptedException {
        engine().reboot();
        return print(Documents.object().put("rebooting", true), "restarting");
    }
}
