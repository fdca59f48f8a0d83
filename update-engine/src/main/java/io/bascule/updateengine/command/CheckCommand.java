package io.bascule.updateengine.command;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import io.bascule.updateengine.source.ReleaseSource;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code update-engine check}. */
@Command(
        name = "check",
        description = "Looks at a release and says whether this host would take it; changes nothing.",
        footer = {
            "",
            "Exits with 0 if an update would be done, or if that release runs or waits already; a release that",
            "would be refused gives the same message and exit code as with update."
        })
final class CheckCommand extends Verb {
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

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            var offer = engine().check(ReleaseSource.of(from), options.options(allowDowngrade));
            var rest = offer.alreadyThere()
                    ? ", and already in it"
                    : ", payload " + new ByteCount(Documents.payloadSize(offer.release()));
            return print(
                    Documents.offer(offer).put("available", true),
                    "release " + offer.release().version().text() + " is available for slot " + offer.slot() + rest);
        } catch (EngineException e) {
            if (e.problem() != Problem.ALREADY_RUNNING && e.problem() != Problem.ALREADY_INSTALLED) {
                throw e;
            }
            return print(
                    Documents.object()
                            .put("available", false)
                            .put("code", e.problem().code())
                            .put("reason", e.getMessage()),
                    String.valueOf(e.getMessage()));
        }
    }
}
