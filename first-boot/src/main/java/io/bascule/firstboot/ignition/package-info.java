/** Ignition configurations of the specifications 3.0 to 3.4. */
@NullMarked
package io.bascule.firstboot.ignition;

import org.jspecify.annotations.NullMarked;
