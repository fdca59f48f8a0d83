package io.bascule.imagebuilder;

import io.bascule.imagebuilder.source.AptMirrors;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What to lock.
 *
 * @param board folder of the board
 * @param output the lock goes there; an earlier one there is compared with it
 * @param cache a folder for what builds can use again: the packages and the engine's runtime of the lock are in it afterwards
 * @param mirrors where packages come from; absent for those of this machine's apt
 * @param keyring keys that the mirrors must be signed by; absent for Debian's
 * @param buildTime the time of every file that the installation makes
 * @param trusted text of the keyring.json that images get; absent if they get none
 * @param previous earlier releases, whose places unchanged files keep: folders, EROFS images or disks, the closest first
 * @param allowIdChanges whether users and groups of the earlier lock may get other numbers, or go
 * @param write whether to write the lock, and not only to say what would be in it
 */
public record LockRequest(
        Path board,
        Path output,
        Path cache,
        Optional<AptMirrors> mirrors,
        Optional<Path> keyring,
        Instant buildTime,
        Optional<String> trusted,
        List<Path> previous,
        boolean allowIdChanges,
        boolean write) {
    public LockRequest {
        previous = List.copyOf(previous);
    }
}
