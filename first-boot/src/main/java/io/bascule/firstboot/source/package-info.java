/** Where a machine may be given its configuration, and what is read from there. */
@NullMarked
package io.bascule.firstboot.source;

import org.jspecify.annotations.NullMarked;
