/** The verb {@code bascule scenario}, which is there in a checkout. */
@NullMarked
package io.bascule.scenarios.command;

import org.jspecify.annotations.NullMarked;
