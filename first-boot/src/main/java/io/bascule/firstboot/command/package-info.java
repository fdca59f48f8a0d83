/** The command {@code bascule-first-boot}. */
@NullMarked
package io.bascule.firstboot.command;

import org.jspecify.annotations.NullMarked;
