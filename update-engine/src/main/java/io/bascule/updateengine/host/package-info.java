/**
 * What the engine is given from outside, each a small interface: the disk ({@link io.bascule.updateengine.host.HostDisk}),
 * the ESP ({@link io.bascule.updateengine.host.Esp}), the release that runs ({@link
 * io.bascule.updateengine.host.RunningSystem}), other programs ({@link io.bascule.updateengine.host.ProcessRunner}) and the
 * log ({@link io.bascule.updateengine.host.EngineLog}); the clock is {@link java.time.InstantSource}. With each comes what a
 * Linux host has. {@link io.bascule.updateengine.host.Host} holds them together.
 */
@NullMarked
package io.bascule.updateengine.host;

import org.jspecify.annotations.NullMarked;
