package io.bascule.updateengine.command;

import io.bascule.updateengine.UpdateEngine;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How an update or a rollback is to be done. */
final class UpdateOptions {
    private static final int MAX_TRIES = 9;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(names = "--force", description = "Take a release although it is known to be bad on this host.")
    private boolean force;

    @Option(
            names = "--tries",
            paramLabel = "N",
            description = "Boots that the other release may fail before the host comes back, 1 to 9; default: 3.")
    private int tries = 3;

    UpdateEngine.Options options(boolean allowDowngrade) {
        if (tries < 1 || tries > MAX_TRIES) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(), "--tries must be from 1 to " + MAX_TRIES);
        }
        return new UpdateEngine.Options(allowDowngrade, force, tries);
    }
}
