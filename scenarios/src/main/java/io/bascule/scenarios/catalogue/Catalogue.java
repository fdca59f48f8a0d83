package io.bascule.scenarios.catalogue;

import io.bascule.scenarios.script.Scenario;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every scenario, by name. */
public final class Catalogue {
    /** In the order in which they are played. */
    public static final List<Scenario> ALL = Stream.of(
                    UpdateStories.ALL,
                    FailingReleases.ALL,
                    KilledEngines.ALL,
                    PowerCuts.ALL,
                    GuestTraces.ALL,
                    BrokenDisks.ALL,
                    BadSurroundings.ALL,
                    FileFaults.ALL,
                    Soaks.ALL)
            .flatMap(List::stream)
            .toList();

    private Catalogue() {}

    /** {@return the scenario of that name} */
    public static Optional<Scenario> find(String name) {
        return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
    }

    /**
     * {@return the scenarios that a name means: the one of that name, or all cases of the matrix before an {@code @}}
     */
    public static List<Scenario> named(String name) {
        return ALL.stream()
                .filter(scenario ->
                        scenario.name().equals(name) || scenario.name().startsWith(name + "@"))
                .toList();
    }
}
