/** Plays scenarios one after the other, and keeps what each leaves in a folder of its own. */
@NullMarked
package io.bascule.scenarios.run;

import org.jspecify.annotations.NullMarked;
