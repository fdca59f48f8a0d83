/** The command {@code update-engine} (Picocli): every verb is a thin call into {@link io.bascule.updateengine.UpdateEngine}. */
@NullMarked
package io.bascule.updateengine.command;

import org.jspecify.annotations.NullMarked;
