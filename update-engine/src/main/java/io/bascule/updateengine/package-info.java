/**
 * The engine on the host. {@link io.bascule.updateengine.UpdateEngine} has a method for each verb; no process stays resident,
 * every call works from what is on the disk and leaves the next state there. It is given everything from outside ({@link
 * io.bascule.updateengine.host.Host}). {@link io.bascule.updateengine.Preflight} decides whether a release is taken, {@link
 * io.bascule.updateengine.Installation} writes it to the other slot, {@link io.bascule.updateengine.Switchover} makes the
 * next boot start it, and {@link io.bascule.updateengine.Judge} finds out after a boot what became of it.
 */
@NullMarked
package io.bascule.updateengine;

import org.jspecify.annotations.NullMarked;
