/** Makes a host what its configuration says. */
@NullMarked
package io.bascule.firstboot.apply;

import org.jspecify.annotations.NullMarked;
