package io.bascule.updateengine.command;

import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
    @Mixin
    private ReleaseOptions release = new ReleaseOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            var offer = engine().check(release.source(), release.options());
            var rest = offer.alreadyThere()
                    ? ", and already in it"
                    : (offer.isDelta() ? ", delta payload " : ", payload ") + offer.payloadSize();
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
