package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.Folders;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.qemuharness.QemuHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bascule demo}. */
@Command(
        name = "demo",
        description = {
            "Builds three releases of boards/amd64-base, and shows on a virtual machine that a host updates itself,",
            "rolls back, goes forward again, and comes back by itself from a release that fails.",
            "Installs the tools it needs first (see doctor). Every claim is checked on the running machine."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Takes about ten minutes on two cores without KVM. Leaves releases, the disk of the host and the serial",
            "logs in out/demo. Exits with 0 if every claim held, else with 6. A release is built again only if its",
            "board or Bascule have changed."
        })
final class DemoCommand implements Callable<Integer> {
    /** Behind the builds and the look at QEMU. */
    private static final int FIRST_PART = 3;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where to leave everything; default: ${DEFAULT-VALUE}.")
    private Path out = Workspace.home().resolve("out").resolve("demo");

    @Option(names = "--json", description = "Print the checks as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, BuildException, IOException, InterruptedException {
        var terminal = Terminal.standard();
        Doctor.ensure(EnumSet.of(HostTool.Use.BUILD, HostTool.Use.RUN), terminal);
        var releases = build(terminal);

        var host = QemuHost.detect();
        terminal.say("2. Machines: QEMU " + host.qemu().version() + ", " + host.accelerator() + ": " + host.reason());
        var machines = out.resolve("machines");
        Folders.delete(machines);
        Files.createDirectories(machines);
        var checks = new Checklist(terminal);
        new Demo(releases, machines, checks, terminal, FIRST_PART).run();

        if (json) {
            printJson(checks);
        } else {
            checks.printTable(System.out);
        }
        terminal.say((checks.allHeld() ? "All " + checks.checks().size() + " claims hold" : "Not every claim holds")
                + ", " + Terminal.seconds(terminal.elapsed()) + ". Serial logs: " + machines);
        return (checks.allHeld() ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
    }

    private Demo.Releases build(Terminal terminal)
            throws BuildException, CliFailure, IOException, InterruptedException {
        terminal.say("1. Build three releases of amd64-base");
        var releases = new DemoReleases(
                out.resolve("releases"),
                Workspace.home().resolve("update-engine").resolve("target").resolve("engine"));
        var boards = Workspace.home().resolve("boards");
        var failing = Workspace.home().resolve("test-images").resolve("amd64-base-failing");
        var first = build(releases, boards.resolve("amd64-base"), "1.0.0", Optional.empty(), terminal);
        return new Demo.Releases(
                first,
                // Hosts get it as a delta, and the bad one as a full payload.
                build(releases, boards.resolve("amd64-base"), "1.1.0", Optional.of(first), terminal),
                build(releases, failing, "1.2.0", Optional.empty(), terminal),
                releases.folder());
    }

    private static ReleaseFiles build(
            DemoReleases releases, Path board, String version, Optional<ReleaseFiles> previous, Terminal terminal)
            throws BuildException, CliFailure, IOException, InterruptedException {
        var found = releases.get(board, version, previous, terminal);
        terminal.say("  " + version + " "
                + (found.reused() ? "was built before from the same inputs: " : "is in ")
                + found.release().folder());
        return found.release();
    }

    private static void printJson(Checklist checks) throws IOException {
        var mapper = new ObjectMapper();
        var list = mapper.createArrayNode();
        for (var check : checks.checks()) {
            list.addObject()
                    .put("claim", check.claim())
                    .put("held", check.held())
                    .put("evidence", check.evidence())
                    .put("milliseconds", check.took().toMillis());
        }
        System.out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(list));
    }
}
