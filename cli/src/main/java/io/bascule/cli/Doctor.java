package io.bascule.cli;

import io.bascule.imagebuilder.BuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Finds out which tools of the host are missing, and installs them. */
public final class Doctor {
    private Doctor() {}

    /** A tool and what was found of it. */
    record Finding(HostTool tool, HostTool.State state) {
        boolean good() {
            return state instanceof HostTool.State.Present;
        }

        String complaint() {
            return switch (state) {
                case HostTool.State.Present unused -> tool.name() + " is there";
                case HostTool.State.TooOld old ->
                    tool.name() + " is " + old.version() + ", and " + tool.leastMajor() + " or newer is needed";
                case HostTool.State.Missing unused -> tool.name() + " is missing";
            };
        }
    }

    static List<Finding> examine(Set<HostTool.Use> uses) throws InterruptedException {
        var findings = new ArrayList<Finding>();
        for (var tool : HostTool.ALL) {
            if (uses.contains(tool.use())) {
                findings.add(new Finding(tool, tool.state()));
            }
        }
        return findings;
    }

    /** Installs what is missing for {@code uses}, if anything; complains if something is missing still. */
    static void ensure(Set<HostTool.Use> uses, Terminal terminal)
            throws CliFailure, BuildException, IOException, InterruptedException {
        var bad = examine(uses).stream().filter(finding -> !finding.good()).toList();
        if (bad.isEmpty()) {
            return;
        }
        terminal.say("installing what is missing: "
                + String.join(
                        ", ", bad.stream().map(finding -> finding.tool().name()).toList()));
        DebianPackages.install(packages(bad, false), packages(bad, true), terminal);
        var still = examine(uses).stream().filter(finding -> !finding.good()).toList();
        if (!still.isEmpty()) {
            throw new CliFailure(
                    ExitCode.MISSING_TOOL,
                    "after installing packages still: "
                            + String.join(
                                    "; ", still.stream().map(Finding::complaint).toList()),
                    "another one of that name may come first on the PATH; ./bascule doctor shows all");
        }
    }

    /**
     * Makes sure that everything is there for tests that boot images, and installs it if that is possible without asking.
     *
     * @return a line for each tool that is missing still; none if all is well
     */
    public static List<String> prepareForTests() throws IOException, InterruptedException {
        var all = EnumSet.allOf(HostTool.Use.class);
        if (examine(all).stream().anyMatch(finding -> !finding.good()) && DebianPackages.possible()) {
            try {
                ensure(all, Terminal.standard());
            } catch (CliFailure | BuildException e) {
                return List.of(String.valueOf(e.getMessage()));
            }
        }
        return examine(all).stream()
                .filter(finding -> !finding.good())
                .map(finding -> finding.complaint() + "; ./bascule doctor --install gets it")
                .toList();
    }

    private static List<String> packages(List<Finding> bad, boolean backports) {
        return bad.stream()
                .map(Finding::tool)
                .filter(tool -> (tool.leastMajor() > 0) == backports)
                .map(HostTool::debianPackage)
                .distinct()
                .toList();
    }
}
