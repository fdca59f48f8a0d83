package io.bascule.updateengine.command;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code update-engine rollback}. */
@Command(
        name = "rollback",
        description = "Makes the next boot start the release in the other slot, which ran before.",
        footer = {
            "",
            "Nothing is downloaded or written but names of boot entries. The other release has its tries like an",
            "update; a second rollback, or an update to the newer release, goes forward again."
        })
final class RollbackCommand extends Verb {
    @Option(names = "--reboot", description = "Restart the host at once.")
    private boolean reboot;

    @Mixin
    private UpdateOptions options = new UpdateOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var engine = engine();
        var version = engine.rollback(options.options(true)).text();
        var code = print(
                Documents.object().put("version", version).put("rebooting", reboot),
                "the next boot starts release " + version
                        + (reboot ? ", restarting" : "; start it with `update-engine reboot`"));
        if (reboot) {
            engine.reboot();
        }
        return code;
    }
}
