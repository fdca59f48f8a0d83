package io.bascule.cli;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.source.AptMirrors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code build} and {@code lock} that say where Debian's packages come from. */
final class MirrorOptions {
    @Option(
            names = "--mirror",
            paramLabel = "URI",
            description = "Debian mirror; by default the one that apt on this machine is configured with.")
    private @Nullable String mirror;

    @Option(
            names = "--security-mirror",
            paramLabel = "URI",
            description = "Mirror of Debian's security fixes, together with --mirror.")
    private @Nullable String securityMirror;

    @Option(
            names = "--keyring",
            paramLabel = "FILE",
            description = "Keys that the mirror must be signed by; by default those of Debian.")
    private @Nullable Path keyring;

    /** {@return the mirrors, if any are given} */
    Optional<AptMirrors> mirrors() throws CliFailure, BuildException {
        if (securityMirror != null && mirror == null) {
            throw new CliFailure(ExitCode.USAGE, "--security-mirror needs --mirror", "");
        }
        return mirror == null
                ? Optional.empty()
                : Optional.of(AptMirrors.of(mirror, Optional.ofNullable(securityMirror)));
    }

    /** {@return the keys, if any are given} */
    Optional<Path> keyring() throws CliFailure {
        if (keyring != null && !Files.isReadable(keyring)) {
            throw new CliFailure(ExitCode.BAD_INPUT, "there is no keyring " + keyring, "give a file of OpenPGP keys");
        }
        return Optional.ofNullable(keyring);
    }
}
