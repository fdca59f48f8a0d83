package io.bascule.updateengine.command;

import io.bascule.updateengine.UpdateEngine;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.source.ReleaseSource;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which release, and how it is to be taken. */
final class ReleaseOptions {
    @Option(
            names = "--from",
            required = true,
            paramLabel = "URL-or-FOLDER",
            description = "The release folder: http://, https://, file: or a path.")
    private String from = "";

    @Option(names = "--allow-downgrade", description = "Take a release that is older than the running one.")
    private boolean allowDowngrade;

    @Mixin
    private UpdateOptions options = new UpdateOptions();

    ReleaseSource source() throws EngineException {
        return ReleaseSource.of(from);
    }

    UpdateEngine.Options options() {
        return options.options(allowDowngrade);
    }
}
