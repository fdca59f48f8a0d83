/**
 * What the engine remembers on STATE: the update that is under way, releases that have failed here, and what happened.
 * {@link io.bascule.updateengine.state.EngineState} is a value whose methods are the transitions; {@link
 * io.bascule.updateengine.state.StateStore} is the one class that writes it. The page about the format is {@code
 * docs/formats/engine-state.md}.
 */
@NullMarked
package io.bascule.updateengine.state;

import org.jspecify.annotations.NullMarked;
