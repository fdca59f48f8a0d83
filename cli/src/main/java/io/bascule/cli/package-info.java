/** The workstation command {@code bascule}: every verb is a thin call into a module. */
@NullMarked
package io.bascule.cli;

import org.jspecify.annotations.NullMarked;
