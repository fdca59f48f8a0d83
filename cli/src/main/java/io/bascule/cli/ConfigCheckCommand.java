package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.firstboot.apply.Applier;
import io.bascule.firstboot.source.LoadedConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule config check}. */
@Command(
        name = "check",
        description = {
            "Reads a configuration for the first boot as a host would, and says what would be done.",
            "A file is an Ignition configuration or a #cloud-config; a folder is laid out like a config drive: with",
            "meta-data and user-data (NoCloud), openstack/latest (OpenStack) or ignition/config.ign."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exits with 3 if it is not understood, and says where. Whether the image has the groups, shells and units",
            "that it names, only the host can tell: bascule-first-boot --dry-run.",
            "",
            "Examples:",
            "  bascule config check tower.ign",
            "  bascule config check seed/"
        })
final class ConfigCheckCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE|FOLDER", description = "The configuration.")
    private Path path = Path.of("");

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, IOException {
        LoadedConfig loaded = FirstBootInput.read(path);
        var lines = Applier.describe(loaded.config());
        if (json) {
            var root = new ObjectMapper().createObjectNode().put("valid", true).put("sha256", loaded.sha256());
            var items = root.putArray("items");
            lines.forEach(items::add);
            System.out.println(root.toPrettyString());
        } else {
            lines.forEach(System.out::println);
            System.out.println(
                    path + " is understood: " + lines.size() + (lines.size() == 1 ? " thing" : " things") + " to do");
        }
        return ExitCode.OK.number();
    }
}
