package io.bascule.updateengine.command;

import io.bascule.updateengine.UpdateEngine;
import java.io.IOException;

/** Where the verbs get their engine from. */
@FunctionalInterface
interface EngineFactory {
    UpdateEngine engine() throws IOException, InterruptedException;
}
