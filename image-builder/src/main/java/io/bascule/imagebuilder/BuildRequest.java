package io.bascule.imagebuilder;

import io.bascule.imagebuilder.output.OutputFormat;
import io.bascule.imagebuilder.source.AptMirrors;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What to build.
 *
 * @param board folder of the board
 * @param version of the release: letters, digits, dots, dashes, {@code ~} and {@code ^}, as systemd-boot compares them
 * @param output the release goes to {@code output/BOARD/VERSION}, which must not exist
 * @param cache a folder for what later builds can use again
 * @param fresh whether to use nothing of earlier builds but the engine's runtime
 * @param mirrors where packages come from; absent for those of this machine's apt
 * @param keyring keys that the mirrors must be signed by; absent for Debian's
 * @param packagesTar the tree of packages as a tar: read if it is there, else written while mmdebstrap makes it, so that
 *     several releases can be built from the same packages; absent to ask the mirror and keep nothing
 * @param engine folder with the engine's jars and launcher ({@code update-engine/target/engine}); without it hosts that run
 *     the release cannot take another
 * @param buildTime the time of every file in the image
 * @param threads how many threads compress
 * @param signing who signs the release, and whom its hosts trust; without it there is no payload, and hosts that run the
 *     release trust nobody
 * @param exports formats that the disk is wanted in besides raw
 * @param previous earlier releases, whose places unchanged files keep: folders, EROFS images or disks, the closest first
 * @param deltaFrom folders of earlier releases; the release gets a payload for hosts that have one of them
 * @param lock the {@code lock.yaml} to keep to; absent for what mirrors, registries and files have today
 */
public record BuildRequest(
        Path board,
        String version,
        Path output,
        Path cache,
        boolean fresh,
        Optional<AptMirrors> mirrors,
        Optional<Path> keyring,
        Optional<Path> packagesTar,
        Optional<Path> engine,
        Instant buildTime,
        int threads,
        Optional<ReleaseSigning> signing,
        List<OutputFormat> exports,
        List<Path> previous,
        List<Path> deltaFrom,
        Optional<Path> lock) {
    public BuildRequest {
        deltaFrom = List.copyOf(deltaFrom);
        previous = List.copyOf(previous);
        exports = List.copyOf(exports);
    }

    /** {@return what earlier builds found out} */
    BuildCache kept() {
        return new BuildCache(cache, fresh);
    }
}
