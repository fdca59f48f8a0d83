package io.bascule.updateengine.command;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code update-engine update}. */
@Command(
        name = "update",
        description = {
            "Takes a release: verifies it, writes it to the slot that does not run, reads it back, and makes the next",
            "boot start it. The running slot is never written."
        },
        footer = {
            "",
            "The release then has its tries. A boot that passes the health checks makes it the good one; if none does,",
            "the host comes back to what runs now, and refuses that release from then on.",
            "",
            "Example:",
            "  update-engine update --from https://releases.example/amd64-base/1.1.0 --reboot"
        })
final class UpdateCommand extends Verb {
    @Option(names = "--dry-run", description = "Check everything that can be checked beforehand, and change nothing.")
    private boolean dryRun;

    @Option(names = "--reboot", description = "Restart the host at once when the release is ready.")
    private boolean reboot;

    @Mixin
    private ReleaseOptions release = new ReleaseOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var engine = engine();
        var source = release.source();
        if (dryRun) {
            var offer = engine.check(source, release.options());
            return print(
                    Documents.offer(offer).put("dryRun", true),
                    "would take release " + offer.release().version().text() + " in slot " + offer.slot());
        }
        var offer = engine.update(source, release.options());
        var code = print(
                Documents.offer(offer).put("rebooting", reboot),
                "release " + offer.release().version().text() + " is ready in slot " + offer.slot()
                        + (reboot ? ", restarting" : "; start it with `update-engine reboot`"));
        if (reboot) {
            engine.reboot();
        }
        return code;
    }
}
