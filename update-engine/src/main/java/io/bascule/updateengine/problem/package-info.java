/** How the engine says no: {@link io.bascule.updateengine.problem.EngineException}, with a code for scripts and words for people. */
@NullMarked
package io.bascule.updateengine.problem;

import org.jspecify.annotations.NullMarked;
