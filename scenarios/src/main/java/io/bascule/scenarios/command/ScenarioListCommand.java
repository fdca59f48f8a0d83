package io.bascule.scenarios.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.scenarios.catalogue.Catalogue;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bascule scenario list}. */
@Command(
        name = "list",
        description =
                "Lists the scenarios: name, where it plays (files, namespace: seconds; machine: minutes), what it is about.",
        mixinStandardHelpOptions = true)
final class ScenarioListCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print the list as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() {
        if (json) {
            var array = new ObjectMapper().createArrayNode();
            for (var scenario : Catalogue.ALL) {
                array.addObject()
                        .put("name", scenario.name())
                        .put("setting", scenario.setting().text())
                        .put("summary", scenario.summary());
            }
            System.out.println(array.toPrettyString());
            return 0;
        }
        var width = Catalogue.ALL.stream()
                .mapToInt(scenario -> scenario.name().length())
                .max()
                .orElse(1);
        for (var scenario : Catalogue.ALL) {
            System.out.println(String.format(
                    Locale.ROOT,
                    "%-" + width + "s  %-9s  %s",
                    scenario.name(),
                    scenario.setting().text(),
                    scenario.summary()));
        }
        return 0;
    }
}
