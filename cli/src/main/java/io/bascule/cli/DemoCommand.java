package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.Folders;
import io.bascule.qemuharness.QemuHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bascule demo}. */
@Command(
        name = "demo",
        description = {
            "Builds an image of boards/amd64-base, boots it in virtual machines, and shows what it does.",
            "Installs the tools it needs first (see doctor). Every claim is checked on the running machine."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Leaves the image, the disk of the host and the serial logs in out/demo. Exits with 0 if every claim",
            "held, else with 6. The image is built again only if the board or Bascule have changed."
        })
final class DemoCommand implements Callable<Integer> {
    private static final String VERSION = "1.0.0";

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
        terminal.say("1. Build amd64-base " + VERSION);
        var found = new DemoReleases(out.resolve("releases"))
                .get(Workspace.home().resolve("boards").resolve("amd64-base"), VERSION, terminal);
        terminal.say("  " + (found.reused() ? "built before from the same inputs: " : "built ")
                + found.release().folder());

        var host = QemuHost.detect();
        terminal.say(
                "2. Boot it (QEMU " + host.qemu().version() + ", " + host.accelerator() + ": " + host.reason() + ")");
        var machines = out.resolve("machines");
        Folders.delete(machines);
        Files.createDirectories(machines);
        var checks = new Checklist(terminal);
        new Demo(found.release(), machines, checks).run();

        if (json) {
            printJson(checks);
        } else {
            checks.printTable(System.out);
        }
        terminal.say((checks.allHeld() ? "All " + checks.checks().size() + " claims hold" : "Not every claim holds")
                + ", " + Terminal.seconds(terminal.elapsed()) + ". Serial logs: " + machines);
        return (checks.allHeld() ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
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
