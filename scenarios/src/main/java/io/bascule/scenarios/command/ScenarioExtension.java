package io.bascule.scenarios.command;

import io.bascule.cli.Extension;

/** Adds {@code scenario} to the verbs of {@code bascule}. */
public final class ScenarioExtension implements Extension {
    @Override
    public Object command() {
        return new ScenarioCommand();
    }
}
