package io.bascule.updateengine.command;

import io.bascule.signing.release.Version;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code update-engine mark-bad}. */
@Command(
        name = "mark-bad",
        description = "Says that a release is bad: it is refused from now on, and the next boot starts the other one.")
final class MarkBadCommand extends Verb {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "VERSION",
            description = "The release in one of the slots; default: the running one.")
    private @Nullable String version;

    @Option(names = "--reason", paramLabel = "TEXT", description = "What is wrong with it, for those who ask later.")
    private String reason = "";

    @Option(names = "--reboot", description = "Restart the host at once.")
    private boolean reboot;

    @Mixin
    private UpdateOptions options = new UpdateOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var engine = engine();
        var next = engine.markBad(which(), reason, options.options(true)).text();
        var code = print(
                Documents.object().put("nextBoot", next).put("rebooting", reboot),
                "marked bad; the next boot starts release " + next + (reboot ? ", restarting" : ""));
        if (reboot) {
            engine.reboot();
        }
        return code;
    }

    private Optional<Version> which() {
        if (version == null) {
            return Optional.empty();
        }
        if (!Version.isValid(version)) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(), "'" + version + "' cannot be a version");
        }
        return Optional.of(Version.parse(version));
    }
}
