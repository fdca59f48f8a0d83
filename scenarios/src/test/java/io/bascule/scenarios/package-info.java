/** Tests of the whole: images that boot, and the shape of the code itself. */
@NullMarked
package io.bascule.scenarios;

import org.jspecify.annotations.NullMarked;
