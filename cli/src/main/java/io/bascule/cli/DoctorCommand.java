package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.BuildException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bascule doctor}. */
@Command(
        name = "doctor",
        description = "Shows every tool of this machine that Bascule uses, what for, and its version.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exits with 4 if something is missing. `demo` and the tests install what they need through this;",
            "on other systems than Debian, install what the table shows with your own package manager."
        })
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--install", description = "Install what is missing, by apt; asks sudo if you are not root.")
    private boolean install;

    @Option(names = "--json", description = "Print the table as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, BuildException, IOException, InterruptedException {
        var all = EnumSet.allOf(HostTool.Use.class);
        if (install) {
            Doctor.ensure(all, Terminal.standard());
        }
        var findings = Doctor.examine(all);
        if (json) {
            printJson(findings);
        } else {
            print(findings);
        }
        return (findings.stream().allMatch(Doctor.Finding::good) ? ExitCode.OK : ExitCode.MISSING_TOOL).number();
    }

    private static void print(List<Doctor.Finding> findings) {
        System.out.printf(Locale.ROOT, "%-20s %-10s %-6s %-24s %s%n", "TOOL", "STATE", "FOR", "PACKAGE", "WHAT FOR");
        for (var finding : findings) {
            var tool = finding.tool();
            System.out.printf(
                    Locale.ROOT,
                    "%-20s %-10s %-6s %-24s %s%n",
                    tool.name(),
                    words(finding.state()),
                    tool.use().name().toLowerCase(Locale.ROOT),
                    tool.debianPackage(),
                    tool.purpose());
        }
        if (!findings.stream().allMatch(Doctor.Finding::good)) {
            System.out.println();
            System.out.println("To install what is missing: ./bascule doctor --install");
        }
    }

    private static String words(HostTool.State state) {
        return switch (state) {
            case HostTool.State.Present present -> present.version().startsWith("/") ? "present" : present.version();
            case HostTool.State.TooOld old -> old.version() + " old";
            case HostTool.State.Missing unused -> "missing";
        };
    }

    private static void printJson(List<Doctor.Finding> findings) throws IOException {
        var mapper = new ObjectMapper();
        var list = mapper.createArrayNode();
        for (var finding : findings) {
            var tool = finding.tool();
            list.addObject()
                    .put("tool", tool.name())
                    .put("package", tool.debianPackage())
                    .put("use", tool.use().name().toLowerCase(Locale.ROOT))
                    .put("purpose", tool.purpose())
                    .put("good", finding.good())
                    .put("found", words(finding.state()));
        }
        System.out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(list));
    }
}
