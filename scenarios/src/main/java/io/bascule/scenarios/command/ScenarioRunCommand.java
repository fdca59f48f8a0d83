package io.bascule.scenarios.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.cli.CliFailure;
import io.bascule.cli.ExitCode;
import io.bascule.cli.Terminal;
import io.bascule.cli.Workspace;
import io.bascule.scenarios.catalogue.Catalogue;
import io.bascule.scenarios.catalogue.Suggestion;
import io.bascule.scenarios.report.ReportPage;
import io.bascule.scenarios.report.ResultFile;
import io.bascule.scenarios.report.ScenarioResult;
import io.bascule.scenarios.run.Inputs;
import io.bascule.scenarios.run.Requirements;
import io.bascule.scenarios.run.ScenarioRunner;
import io.bascule.scenarios.script.Scenario;
import io.bascule.scenarios.script.TestReleases;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule scenario run}. */
@Command(
        name = "run",
        description = {
            "Plays scenarios, one after the other or several at once. Each leaves in its folder what its consoles, journals and",
            "disks told, and result.json; a page about all of them is made beside the folders."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exits with 0 if all ended well, with 6 if one did not, with 2 if there is no such scenario.",
            "",
            "Examples:",
            "  bascule scenario run update-and-fall-back",
            "  bascule scenario run comes-back-from           all cases of a matrix",
            "  bascule scenario run --all --resume            what has not ended well yet on these sources",
            "  bascule scenario run --all --jobs 2            two at once: an emulated host keeps about one core busy"
        })
final class ScenarioRunCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Scenarios, or matrices; `bascule scenario list` has them.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--all", description = "Play every scenario.")
    private boolean all;

    @Option(names = "--resume", description = "Leave out what ended well earlier with the same sources.")
    private boolean resume;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many to play at once; a machine takes up to 2 GiB of memory. Default: ${DEFAULT-VALUE}.")
    private int jobs;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where to leave everything; default: ${DEFAULT-VALUE}.")
    private Path out = Workspace.home().resolve("out").resolve("scenarios");

    @Option(names = "--json", description = "Print the results as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        var scenarios = chosen();
        for (var setting : scenarios.stream().map(Scenario::setting).distinct().toList()) {
            var missing = Requirements.missing(setting);
            if (!missing.isEmpty()) {
                throw new CliFailure(ExitCode.MISSING_TOOL, String.join("; ", missing), Requirements.remedy(setting));
            }
        }
        var results = play(scenarios);
        if (json) {
            var array = new ObjectMapper().createArrayNode();
            results.forEach(result -> array.add(ResultFile.toJson(result)));
            System.out.println(array.toPrettyString());
        } else {
            Teller.table(results, System.out);
            System.out.println();
            System.out.println("the page about them: " + out.resolve(ReportPage.FILE));
        }
        return (results.stream().allMatch(ScenarioResult::passed) ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
    }

    /** {@return their results in their order, though several may be played at once} */
    private List<ScenarioResult> play(List<Scenario> scenarios) throws Exception {
        var terminal = Terminal.standard();
        var releases = new TestReleases(Workspace.home(), terminal);
        var inputs = Inputs.digest(Workspace.home());
        var ended = new TreeMap<Integer, ScenarioResult>();
        var played = new ArrayList<Callable<Void>>();
        for (int i = 0; i < scenarios.size(); i++) {
            var scenario = scenarios.get(i);
            var place = i;
            var runner = new ScenarioRunner(
                    out, releases, inputs, new Teller(terminal, jobs > 1 ? scenario.name() + ": " : ""));
            played.add(() -> {
                var earlier = resume ? runner.earlier(scenario) : Optional.<ScenarioResult>empty();
                var result = earlier.isPresent() ? earlier.get() : runner.run(scenario);
                synchronized (ended) {
                    ended.put(place, result);
                    ReportPage.write(List.copyOf(ended.values()), out);
                }
                return null;
            });
        }
        try (var pool = Executors.newFixedThreadPool(jobs)) {
            for (var one : pool.invokeAll(played)) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        return List.copyOf(ended.values());
    }

    private List<Scenario> chosen() throws CliFailure {
        if (jobs < 1) {
            throw new CliFailure(ExitCode.USAGE, "--jobs " + jobs + " is less than 1", "give how many to play at once");
        }
        if (all == !names.isEmpty()) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    all ? "--all and names were given" : "no scenario was named",
                    "give names, or --all; `bascule scenario list` has the names");
        }
        if (all) {
            return Catalogue.ALL;
        }
        var chosen = new LinkedHashSet<Scenario>();
        for (var name : names) {
            var found = Catalogue.named(name);
            if (found.isEmpty()) {
                throw new CliFailure(
                        ExitCode.USAGE,
                        "there is no scenario '" + name + "'",
                        Suggestion.of(
                                                name,
                                                Catalogue.ALL.stream()
                                                        .map(Scenario::name)
                                                        .toList())
                                        .map(near -> "did you mean '" + near + "'? ")
                                        .orElse("")
                                + "`bascule scenario list` has the names");
            }
            chosen.addAll(found);
        }
        return List.copyOf(chosen);
    }
}
