package io.bascule.scenarios.run;

import io.bascule.scenarios.faults.Namespaces;
import io.bascule.scenarios.script.Scenario;
import io.bascule.scenarios.script.TestReleases;
import java.util.List;

/** What scenarios need of the machine that they are played on. */
public final class Requirements {
    private Requirements() {}

    /** {@return a line for each thing that is missing here for scenarios in that setting} */
    public static List<String> missing(Scenario.Setting setting) throws Exception {
        return switch (setting) {
            case FILES -> List.of();
            case NAMESPACE -> Namespaces.missing();
            case MACHINE -> TestReleases.missing();
        };
    }

    /** {@return what a person can do about it} */
    public static String remedy(Scenario.Setting setting) {
        return switch (setting) {
            case FILES, MACHINE -> "run ./bascule doctor --install as root";
            case NAMESPACE ->
                "they need the commands unshare and ip, and user namespaces (sysctl kernel.unprivileged_userns_clone=1"
                        + " on some kernels), or root";
        };
    }
}
