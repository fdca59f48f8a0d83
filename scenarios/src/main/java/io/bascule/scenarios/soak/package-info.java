/** Hundreds of updates of one host, with ends of all kinds in between: nothing may grow, and nothing may be forgotten. */
@NullMarked
package io.bascule.scenarios.soak;

import org.jspecify.annotations.NullMarked;
