/** The scenarios that there are. */
@NullMarked
package io.bascule.scenarios.catalogue;

import org.jspecify.annotations.NullMarked;
