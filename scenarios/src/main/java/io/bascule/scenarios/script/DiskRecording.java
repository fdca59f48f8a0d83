package io.bascule.scenarios.script;

import java.nio.file.Path;

/**
 * What a disk was told, and what it held before.
 *
 * @param base an image of the whole disk, sparse
 * @param trace a file for {@link io.bascule.qemuharness.trace.TraceReader}
 */
public record DiskRecording(Path base, Path trace) {}
