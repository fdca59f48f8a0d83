package io.bascule.updateengine;

import io.bascule.updateengine.boot.BootStep;
import io.bascule.updateengine.host.Host;
import java.io.IOException;
import java.util.List;

/** Carries out a plan of {@link io.bascule.updateengine.boot.BootControl}, name by name. */
final class BootSwitch {
    private BootSwitch() {}

    /** Renames, each step durable before the next, and says which one committed. */
    static void run(Host host, List<BootStep> plan, String goal) throws IOException {
        for (var step : plan) {
            clear(host, step.to());
            host.esp().rename(step.from(), step.to());
            host.log().event("boot entry " + step + (step.commits() ? " (commits: " + goal + ")" : ""));
        }
    }

    /** A power cut while a name changed may have left a dead file under the new one; it would be in the way for ever. */
    static void clear(Host host, String name) throws IOException {
        if (EntryNames.read(host).leftovers().contains(name)) {
            host.esp().delete(name);
        }
    }
}
