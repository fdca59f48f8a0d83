package io.bascule.updateengine.host;

import io.bascule.partitionlayout.layout.Architecture;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.signing.release.Version;
import java.time.Instant;

/**
 * The release that runs.
 *
 * @param board the product
 * @param rootHash of the {@code /usr} that is mounted; never taken from the kernel's command line, which after a soft reboot
 *     speaks of another one
 * @param buildTime of the release: the clock cannot be before it
 * @param bootId of this boot
 * @param disk that {@code /usr} is on
 */
public record RunningSystem(
        String board,
        Version version,
        Architecture architecture,
        RootHash rootHash,
        Instant buildTime,
        String bootId,
        HostDisk disk) {}
