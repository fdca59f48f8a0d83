package io.bascule.updateengine.host;

import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Everything that the engine touches, given from outside.
 *
 * @param running the release that runs, and the disk it is on
 * @param esp the UKIs
 * @param clock what time it is; may be wrong
 * @param processes other programs
 * @param log where to say what is done
 * @param keyring file with the keys that releases must be signed by
 * @param state folder on STATE
 * @param runtime folder that does not outlive a boot
 */
public record Host(
        RunningSystem running,
        Esp esp,
        InstantSource clock,
        ProcessRunner processes,
        EngineLog log,
        Path keyring,
        Path state,
        Path runtime) {}
